import type { McpExecutor } from "../../../domain/mcp/executor.ts";

export const changesOf: McpExecutor["changesOf"] = () => ({ topics: [], lists: [] });
