import { free, type McpMethod } from "../method.ts";

export const listTools: McpMethod = () => free(() => ({ kind: "result", result: { tools: [] } }));
