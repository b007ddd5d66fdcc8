import { free, type McpMethod } from "../method.ts";

export const getPrompt: McpMethod = () => free(() => ({ kind: "result", result: { messages: [] } }));
