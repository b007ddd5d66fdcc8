import { OperationError } from "../../../domain/errors.ts";
import { UNREADABLE_COST, type McpExecution, type McpPrepared } from "../../../domain/mcp/executor.ts";
import { MCP_ERROR, McpError } from "../../../domain/mcp/message.ts";
import type { McpMethod } from "../method.ts";
import { resultMeta } from "../meta.ts";
import { TOOL_OPERATIONS, isInView } from "../operations_in_view.ts";
import { invalidParameter } from "../protocol_errors.ts";
import { asksOnly } from "./confirmation.ts";
import { toolError } from "./error.ts";
import { readExecuteCall } from "./execute.ts";
import { EXECUTE_TOOL, READ_TOOL, SEARCH_TOOL, operationNamed, shownName, toolNameOf } from "./names.ts";
import { nearest } from "./nearest.ts";
import { prepareRead } from "./read_resource.ts";
import { isObject, type Fields } from "./render/shapes.ts";
import { runTool } from "./run.ts";
import { prepareSearch } from "./search.ts";
import { readToolCall, type ToolCall } from "./tool_call.ts";

/** What a question to the person costs: the look-up of what it is about. */
const QUESTION_COST = 1;

/** The tools that are no operation. They are part of what is not narrowed to families. */
const OWN_TOOLS: ReadonlyMap<string, (given: Fields, execution: McpExecution) => McpPrepared> = new Map([
  [SEARCH_TOOL, prepareSearch],
  [EXECUTE_TOOL, (given, execution) => prepareCall(readExecuteCall(given, execution.view), execution)],
  [READ_TOOL, prepareRead],
]);

/** `tools/call` (MCP 2026-07-28, server/tools). */
export const callTool: McpMethod = (execution) => {
  const { name, arguments: given = {} } = execution.params;
  if (typeof name !== "string") throw invalidParameter("name", "a tool's name", "No tool is named");
  if (!isObject(given)) throw invalidParameter("arguments", "an object");
  const own = execution.view.toolsets === null ? OWN_TOOLS.get(toolNameOf({ name })) : undefined;
  if (own) return told(() => own(given, execution));
  const operation = operationNamed(name);
  // The same for a tool that there is not and one that this part of the server does not have.
  if (!operation || !isInView(operation, execution.view)) throw unknownTool(name, execution);
  return told(() => prepareCall(readToolCall(operation, given), execution));
};

function unknownTool(name: string, { view }: McpExecution): McpError {
  const own = view.toolsets === null ? [...OWN_TOOLS.keys()] : [];
  const names = TOOL_OPERATIONS.filter((operation) => isInView(operation, view)).map(toolNameOf);
  const meant = nearest(name, [...names, ...own]);
  const hint = meant === null ? "" : ` Did you mean ${meant}?`;
  const others = view.toolsets === null ? ` ${SEARCH_TOOL} finds what is no tool of its own.` : "";
  return new McpError(MCP_ERROR.invalid_params, `Unknown tool: ${shownName(name)}.${hint}${others}`);
}

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
