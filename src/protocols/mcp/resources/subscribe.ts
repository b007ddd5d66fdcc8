import { free, type McpMethod } from "../method.ts";

export const subscribeResource: McpMethod = () => free(() => ({ kind: "result", result: {} }));
export const unsubscribeResource: McpMethod = () => free(() => ({ kind: "result", result: {} }));
