import type { McpExecution, McpPrepared } from "../../domain/mcp/executor.ts";

/** One method of the protocol: reads its parameters and says what it costs and how it runs. Throws McpError for bad parameters. */
export type McpMethod = (execution: McpExecution) => McpPrepared;

/** A method of the protocol's own, which costs nothing. */
export function free(run: McpPrepared["run"]): McpPrepared {
  return { cost: 0, writes: false, operations: [], run };
}
