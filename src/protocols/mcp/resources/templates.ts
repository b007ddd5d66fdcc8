import { free, type McpMethod } from "../method.ts";

export const listResourceTemplates: McpMethod = () => free(() => ({ kind: "result", result: { resourceTemplates: [] } }));
