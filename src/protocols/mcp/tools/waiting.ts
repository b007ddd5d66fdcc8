import type { McpExecutor } from "../../../domain/mcp/executor.ts";

export const waitingFor: McpExecutor["waiting"] = () => ({ done: true, result: { content: [] } });
export const cancelWork: McpExecutor["cancel"] = () => undefined;
