import type { McpExecutor } from "../../../domain/mcp/executor.ts";

export const topicOf: McpExecutor["topicOf"] = () => null;
