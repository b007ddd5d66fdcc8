import { invalid, type OperationError } from "../../../domain/errors.ts";
import type { McpView } from "../../../domain/mcp/command.ts";
import type { AnyOperation } from "../../../domain/operation.ts";
import type { JsonSchema } from "../json_schema.ts";
import { TOOL_OPERATIONS, isInView } from "../operations_in_view.ts";
import { annotationsOf } from "./annotations.ts";
import { EXECUTE_TOOL, operationNamed, shownName } from "./names.ts";
import { nearest } from "./nearest.ts";
import type { Fields } from "./render/shapes.ts";
import { CONFIRM, type Tool } from "./tool.ts";
import { toToolCall, type ToolCall } from "./tool_call.ts";
import { EXPECTED_VERSION } from "./version.ts";

const ARGUMENTS: Readonly<Record<string, JsonSchema>> = {
  operation: { type: "string", description: "Its name, such as webhooks.create" },
  input: { type: "object", description: "By its input schema" },
  expected_version: EXPECTED_VERSION,
  confirm: CONFIRM,
};

/** `execute_operation` as it is listed where these are what it can run: it is as careful as the least careful of them. */
export function executeTool(runnable: readonly AnyOperation[]): Tool {
  const annotations = runnable.map(annotationsOf);
  return {
    name: EXECUTE_TOOL,
    title: "Run an operation",
    description: "Runs an operation that search_operations found. Prefer a tool of its own where there is one. Costs what the operation costs.",
    inputSchema: { type: "object", properties: { ...ARGUMENTS }, required: ["operation"], additionalProperties: false },
    outputSchema: { type: "object" },
    annotations: {
      readOnlyHint: annotations.every(({ readOnlyHint }) => readOnlyHint),
      destructiveHint: annotations.some(({ destructiveHint }) => destructiveHint),
      idempotentHint: annotations.every(({ idempotentHint }) => idempotentHint),
      openWorldHint: annotations.some(({ openWorldHint }) => openWorldHint),
    },
  };
}

/** What `execute_operation` is to run. Throws OperationError for arguments that are not acceptable and for an operation that this part of the server does not have. */
export function readExecuteCall(given: Fields, view: McpView): ToolCall {
  const { operation: name, input = {}, expected_version, confirm } = given;
  const unknown = Object.keys(given).find((argument) => !Object.hasOwn(ARGUMENTS, argument));
  if (unknown !== undefined) {
    const expected = `${Object.keys(ARGUMENTS).join(", ")} alone; what the operation takes belongs in input`;
    throw invalid(shownName(unknown), expected, "Unknown argument");
  }
  if (typeof name !== "string") throw invalid("operation", "the name of an operation, as search_operations answers it");
  const operation = operationNamed(name);
  if (!operation || !isInView(operation, view)) throw unknownOperation(name, view);
  return toToolCall(operation, input, expected_version, confirm);
}

function unknownOperation(name: string, view: McpView): OperationError {
  const names = TOOL_OPERATIONS.filter((operation) => isInView(operation, view)).map((operation) => operation.name);
  const meant = nearest(name, names);
  const expected = `the name of an operation, as search_operations answers it${meant === null ? "" : `; did you mean ${meant}?`}`;
  return invalid("operation", expected, `There is no operation ${shownName(name)} here`);
}
