import { invalid, type OperationError } from "../../../domain/errors.ts";
import type { McpView } from "../../../domain/mcp/command.ts";
import { isInView } from "../operations_in_view.ts";
import { TOOL_OPERATIONS, operationNamed } from "./names.ts";
import { nearest } from "./nearest.ts";
import type { Fields } from "./render/shapes.ts";
import { toToolCall, type ToolCall } from "./tool_call.ts";

const ARGUMENTS = ["operation", "input", "expected_version", "confirm"];
const NAME_LENGTH_SHOWN = 100;

/** What `execute_operation` is to run. Throws OperationError for arguments that are not acceptable and for an operation that this part of the server does not have. */
export function readExecuteCall(given: Fields, view: McpView): ToolCall {
  const { operation: name, input = {}, expected_version, confirm } = given;
  const unknown = Object.keys(given).find((argument) => !ARGUMENTS.includes(argument));
  if (unknown !== undefined)
    throw invalid(
      unknown.slice(0, NAME_LENGTH_SHOWN),
      `${ARGUMENTS.join(", ")} alone; what the operation takes belongs in input`,
      "Unknown argument",
    );
  if (typeof name !== "string") throw invalid("operation", "the name of an operation, as search_operations answers it");
  const operation = operationNamed(name);
  if (!operation || !isInView(operation, view)) throw unknownOperation(name, view);
  return toToolCall(operation, input, expected_version, confirm);
}

function unknownOperation(name: string, view: McpView): OperationError {
  const names = TOOL_OPERATIONS.filter((operation) => isInView(operation, view)).map((operation) => operation.name);
  const shown = name.slice(0, NAME_LENGTH_SHOWN);
  const meant = nearest(shown, names);
  const expected = `the name of an operation, as search_operations answers it${meant === null ? "" : `; did you mean ${meant}?`}`;
  return invalid("operation", expected, `There is no operation ${shown} here`);
}
