import type { Failure } from "../../../domain/errors.ts";
import type { McpClient } from "../../../domain/mcp/command.ts";
import type { McpExecution, McpHost, McpOutcome } from "../../../domain/mcp/executor.ts";
import { MCP_ERROR, McpError } from "../../../domain/mcp/message.ts";
import { holdsScope } from "../../../domain/principal.ts";
import { resultMeta } from "../meta.ts";
import { consentQuestion } from "./consent_question.ts";
import { looksSealed, openConsent, sealConsent, type OpenedConsent } from "./consent_state.ts";
import { needsConfirmation } from "./needs_confirmation.ts";
import { isObject } from "./render/shapes.ts";
import type { ToolCall } from "./tool_call.ts";

/** The request's name among those that an answer asks for, and its field's. */
const CONFIRM = "confirm";

/** Go on; `idempotency_key` makes one consent one change. */
interface Consent {
  idempotency_key: string | undefined;
}

/** Whether the client can put a form before the person: an empty capability is one for forms (MCP 2026-07-28, client/elicitation). */
function canAsk({ capabilities }: McpClient): boolean {
  const { elicitation } = capabilities;
  return isObject(elicitation) && (Object.keys(elicitation).length === 0 || isObject(elicitation.form));
}

/** Whether a call can end in a question alone: then it writes nothing, and costs as much as looking the thing up. */
export function asksOnly({ operation, confirm }: ToolCall, { client, input }: McpExecution): boolean {
  return needsConfirmation(operation) && (canAsk(client) ? input === null : !looksSealed(confirm));
}

/**
 * Whether the person agreed, where that is needed; else what to answer instead. Where the client can ask, the person is asked whatever the model says; where it cannot, the model shows by a
 * refusal's code that it was told what to ask. What the operation refuses anyway (a missing scope, input that is not acceptable) goes on to it, so that nobody is asked in vain.
 */
export function askFirst(call: ToolCall, execution: McpExecution, host: McpHost): Consent | { failure: Failure } | { outcome: McpOutcome } {
  const { input, idempotency_key } = execution;
  if (!needsConfirmation(call.operation) || isRefused(call, host)) return { idempotency_key };
  if (!canAsk(execution.client)) return consentOfCode(call, idempotency_key, host);
  if (input === null) return ask(call, idempotency_key, host);
  const consent: OpenedConsent = input.state === null ? { judged: "foreign" } : openConsent(input.state, call, host);
  if (consent.judged !== "valid") throw notThisConsent(consent.judged);
  const answer = input.responses[CONFIRM];
  if (!isObject(answer)) return ask(call, idempotency_key, host);
  if (answer.action === "accept" && isObject(answer.content) && answer.content[CONFIRM] === true) return { idempotency_key: consent.idempotency_key };
  return { outcome: { kind: "result", result: notRun(answer.action === "cancel" ? "cancelled" : "declined", host) } };
}

function isRefused({ operation, input }: ToolCall, { principal }: McpHost): boolean {
  return !holdsScope(principal, operation.scope) || !operation.input.safeParse(input).success;
}

function ask(call: ToolCall, idempotency_key: string | undefined, host: McpHost): { failure: Failure } | { outcome: McpOutcome } {
  const asked = consentQuestion(call, host);
  if ("failure" in asked) return asked;
  const requestedSchema = {
    type: "object",
    properties: { [CONFIRM]: { type: "boolean", title: call.operation.summary, description: "Yes, do it", default: false } },
    required: [CONFIRM],
  };
  const request = { method: "elicitation/create", params: { mode: "form", message: asked.question, requestedSchema } };
  return { outcome: { kind: "input_required", requests: { [CONFIRM]: request }, state: sealConsent(call, idempotency_key, host) } };
}

const NOT_RUN = {
  absent: "Not run yet: a person has to agree first",
  foreign: "Not run: `confirm` is not the code of a refusal of this call, so a person has to agree first",
  expired: "Not run: the code in `confirm` has expired, so the person has to agree anew",
};

/** For a client that cannot ask: the model does, and calls again with the code that it was refused with. */
function consentOfCode(call: ToolCall, idempotency_key: string | undefined, host: McpHost): Consent | { failure: Failure } {
  const { confirm } = call;
  const consent: OpenedConsent = looksSealed(confirm) ? openConsent(confirm, call, host) : { judged: "foreign" };
  if (consent.judged === "valid") return { idempotency_key: consent.idempotency_key };
  const asked = consentQuestion(call, host);
  if ("failure" in asked) return asked;
  const why = NOT_RUN[confirm === undefined || confirm === null ? "absent" : consent.judged];
  const code = sealConsent(call, idempotency_key, host);
  const details = { field: CONFIRM, expected: `"${code}", in the same call, once the person agreed`, [CONFIRM]: code };
  return { failure: { code: "VALIDATION_ERROR", message: `${why}. Ask them: ${asked.question}`, details } };
}

function notRun(why: "declined" | "cancelled", host: McpHost): Record<string, unknown> {
  const text = `Not run: the person ${why === "declined" ? "declined" : "closed the question without an answer"}. Nothing was changed. Do not try again unless they ask for it.`;
  return { content: [{ type: "text", text }], structuredContent: { confirmed: false, reason: why }, _meta: resultMeta(host) };
}

function notThisConsent(judged: "expired" | "foreign"): McpError {
  const message =
    judged === "expired"
      ? "The confirmation has expired: nothing was changed; call the tool again to ask anew"
      : "The confirmation is not one for this call: nothing was changed; call the tool again without it";
  const details = {
    field: "requestState",
    expected: "the state that was asked with, unchanged, within 10 minutes, for the same arguments and credential",
  };
  return new McpError(MCP_ERROR.invalid_params, message, { code: "VALIDATION_ERROR", details });
}
