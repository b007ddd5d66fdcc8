import { OperationError } from "../../../domain/errors.ts";
import type { McpExecution, McpPrepared } from "../../../domain/mcp/executor.ts";
import { MCP_ERROR, McpError } from "../../../domain/mcp/message.ts";
import type { McpMethod } from "../method.ts";
import { resultMeta } from "../meta.ts";
import { toolError } from "./error.ts";
import { isInView } from "../operations_in_view.ts";
import { invalidParameter } from "../protocol_errors.ts";
import { asksOnly } from "./confirmation.ts";
import { readExecuteCall } from "./execute.ts";
import { EXECUTE_TOOL, SEARCH_TOOL, operationOfTool } from "./names.ts";
import { isObject } from "./render/shapes.ts";
import { runTool } from "./run.ts";
import { prepareSearch } from "./search.ts";
import { readToolCall, type ToolCall } from "./tool_call.ts";

/** What a question to the person costs: the look-up of what it is about. */
const QUESTION_COST = 1;
/** What a call costs whose arguments cannot be read. */
const UNREADABLE_COST = 1;
const NAME_LENGTH_SHOWN = 100;

/** `tools/call` (MCP 2026-07-28, server/tools). */
export const callTool: McpMethod = (execution) => {
  const { name, arguments: given = {} } = execution.params;
  if (typeof name !== "string") throw invalidParameter("name", "a tool's name", "No tool is named");
  if (!isObject(given)) throw invalidParameter("arguments", "an object");
  if (execution.view.toolsets === null) {
    if (name === SEARCH_TOOL) return told(() => prepareSearch(given, execution));
    if (name === EXECUTE_TOOL) return told(() => prepareCall(readExecuteCall(given, execution.view), execution));
  }
  const operation = operationOfTool(name);
  // The same for a tool that there is not and one that this part of the server does not have.
  if (!operation || !isInView(operation, execution.view))
    throw new McpError(MCP_ERROR.invalid_params, `Unknown tool: ${name.slice(0, NAME_LENGTH_SHOWN)}`);
  return told(() => prepareCall(readToolCall(operation, given), execution));
};

function prepareCall(call: ToolCall, execution: McpExecution): McpPrepared {
  const { name, cost, effect } = call.operation;
  const asks = asksOnly(call, execution);
  return {
    cost: asks ? QUESTION_COST : cost,
    writes: !asks && effect !== "read",
    operations: [name],
    run: (host) => runTool(call, execution, host),
  };
}

/** Arguments that cannot be read are the model's to repair: it is told in a result, not by an error of the protocol. */
function told(prepare: () => McpPrepared): McpPrepared {
  try {
    return prepare();
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    const failure = error.toFailure();
    return {
      cost: UNREADABLE_COST,
      writes: false,
      operations: [],
      run: (host) => ({ kind: "result", result: toolError(failure, null, resultMeta(host)) }),
    };
  }
}
