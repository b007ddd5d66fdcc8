import type { Failure } from "../../../domain/errors.ts";
import type { McpAnswer, McpReply } from "../../../domain/mcp/command.ts";
import type { McpObject } from "../../../domain/mcp/message.ts";
import type { McpBindings } from "../bindings.ts";
import { resultMeta } from "../meta.ts";
import { toolError } from "../tools/error.ts";
import { objectOf } from "../objects.ts";

/** What came of a message: a reply, or a refusal that is told as HTTP has it. */
export type Judged = { reply: McpReply } | { refused: Failure };

/**
 * Reads an answer. A tool that the bucket does not admit is told in the tool's result, where the model sees it; a scope that is missing is a refusal for who can get it, and else the
 * model's to know.
 */
export function judge(answer: McpAnswer, method: string, { can_step_up, report, request_id }: McpBindings): Judged {
  const { failure, limit } = answer;
  if (failure && !(failure.code === "RATE_LIMITED" && method === "tools/call")) return { refused: failure };
  const reply = failure ? unpaid(failure, limit) : answer.reply!;
  const missing = can_step_up ? missingScopes(reply) : null;
  if (missing) {
    report(missing);
    return { refused: missing };
  }
  return { reply: method === "tools/call" && reply.kind === "result" ? { ...reply, result: named(reply.result, request_id) } : reply };
}

function unpaid(failure: Failure, limit: McpAnswer["limit"]): McpReply {
  return { kind: "result", result: toolError(failure, null, resultMeta({ charged: 0, limit })), notifications: [] };
}

/** A result that can be asked about: not every client shows an answer's headers. */
function named(result: McpObject, request_id: string): McpObject {
  return { ...result, _meta: { ...objectOf(result._meta), "crow/request_id": request_id } };
}

/** The failure of a request that more scopes would have helped, whichever way it was told. */
function missingScopes(reply: McpReply): Failure | null {
  if (reply.kind === "error") return forbidden(reply.error.data, reply.error.message);
  if (reply.kind !== "result" || reply.result.isError !== true) return null;
  const { error } = (reply.result.structuredContent ?? {}) as { error?: { message?: unknown } };
  return forbidden(error, String(error?.message));
}

function forbidden(said: unknown, message: string): Failure | null {
  const { code, details } = objectOf(said);
  const { required_scope } = objectOf(details);
  return code === "FORBIDDEN" && required_scope !== undefined ? { code, message, details: objectOf(details) } : null;
}
