import { free, type McpMethod } from "../method.ts";

export const listPrompts: McpMethod = () => free(() => ({ kind: "result", result: { prompts: [] } }));
