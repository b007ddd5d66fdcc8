import { free, type McpMethod } from "../method.ts";

export const listResources: McpMethod = () => free(() => ({ kind: "result", result: { resources: [] } }));
