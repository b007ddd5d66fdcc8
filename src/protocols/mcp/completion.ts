import { free, type McpMethod } from "./method.ts";

export const complete: McpMethod = () => free(() => ({ kind: "result", result: { completion: { values: [] } } }));
