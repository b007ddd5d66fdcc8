import type { Failure } from "../../../domain/errors.ts";
import type { McpExecution, McpHost, McpOutcome } from "../../../domain/mcp/executor.ts";
import { toolError } from "./error.ts";
import { resultMeta } from "../meta.ts";
import { withControls } from "./tool.ts";
import { askFirst } from "./confirmation.ts";
import { defaultRowsOf } from "./input_schema.ts";
import { callFitting } from "./call_fitting.ts";
import { isObject } from "./render/shapes.ts";
import { repairs } from "./repair.ts";
import { toolResult } from "./result.ts";
import type { ToolCall } from "./tool_call.ts";
import { awaitedBy } from "./waiting.ts";

/** Runs an operation for a tool: asks the person first where it cannot be undone, and answers for a model. */
export function runTool(call: ToolCall, execution: McpExecution, host: McpHost): McpOutcome {
  const { operation, expected_version } = call;
  const consent = askFirst(call, execution, host);
  if ("outcome" in consent) return consent.outcome;
  if ("failure" in consent) return failed(consent.failure, call, execution, host);
  const { idempotency_key } = consent;
  const { outcome, ...answer } = callFitting(operation, withDefaultRows(call), (input) =>
    host.call({
      operation: operation.name,
      input,
      ...(idempotency_key === undefined ? {} : { idempotency_key }),
      ...(expected_version === undefined ? {} : { expected_version }),
    }),
  );
  if (!outcome.ok) return failed(outcome.failure, call, execution, host);
  const subject = awaitedBy(operation, answer.value, execution, host.principal);
  if (subject !== null) return { kind: "wait", subject };
  return { kind: "result", result: toolResult(operation, { ...answer, replayed: outcome.replayed }, host) };
}

function withDefaultRows({ operation, input }: ToolCall): unknown {
  const limit = defaultRowsOf(operation);
  return limit !== null && isObject(input) && input.limit === undefined ? { ...input, limit } : input;
}

function failed(failure: Failure, { operation, input }: ToolCall, { view }: McpExecution, host: McpHost): McpOutcome {
  return { kind: "result", result: toolError(failure, repairs(failure, { schema: withControls(operation), input, view, host }), resultMeta(host)) };
}
