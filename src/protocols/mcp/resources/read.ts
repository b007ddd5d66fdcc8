import { free, type McpMethod } from "../method.ts";

export const readResource: McpMethod = () => free(() => ({ kind: "result", result: { contents: [] } }));
