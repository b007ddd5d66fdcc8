import { actorOf } from "../../actors/rpc.ts";
import type { Failure } from "../../domain/errors.ts";
import { refusedMcp, type McpAnswer, type McpEnvelope, type McpView } from "../../domain/mcp/command.ts";
import type { Credential } from "../../domain/principal.ts";
import type { McpBindings } from "../../protocols/mcp/bindings.ts";
import { knownRefusal, mcpOnActor } from "../actor_client.ts";
import { baseUrlOf } from "../base_url.ts";
import { callerAddress } from "../caller_address.ts";
import type { RequestLog } from "../request_context.ts";
import type { FreeMessages } from "./free_messages.ts";
import { openFollow } from "./open_follow.ts";

/** Operations that the log line names. */
const LOGGED_OPERATIONS = 5;
/** The one method that always costs something: an empty bucket, as the edge remembers it, refuses this alone. */
const PAID_METHOD = "tools/call";

/** What MCP may do for this caller. `organization_id`: whose data it is about, where the credential does not say. */
export function mcpBindings(
  env: Env,
  request: Request,
  { credential, organization_id, view, free }: { credential: Credential; organization_id: string; view: McpView; free: FreeMessages },
  log: RequestLog,
): McpBindings {
  const envelope: McpEnvelope = {
    credential,
    protocol: "mcp",
    request_id: log.request_id,
    ip: callerAddress(request),
    origin: request.headers.get("Origin"),
    base_url: baseUrlOf(request, env),
    view,
  };
  const actor = actorOf(credential) ?? organization_id;
  const note = (parts: readonly string[]): void => {
    const named = [...(log.operation?.split(",") ?? []), ...parts].slice(0, LOGGED_OPERATIONS);
    log.operation = named.join(",") || null;
  };
  const report = ({ code, details: { required_scope } }: Failure): void => {
    log.error ??= code;
    if (required_scope !== undefined) log.required_scope = [required_scope].flat().join(" ");
  };
  const refusalOf = (is_paid: boolean): McpAnswer | null => {
    const known = knownRefusal(credential, Date.now());
    if (!known?.failure || (known.failure.code === "RATE_LIMITED" && !is_paid)) return null;
    return { ...refusedMcp(known.failure), limit: known.limit, retry_after_s: known.retry_after_s };
  };
  return {
    request_id: log.request_id,
    report,
    can_step_up: credential.kind === "access_token",
    async send(command) {
      const started = Date.now();
      const is_paid = command.type === "request" && command.request.method === PAID_METHOD;
      // What the edge itself sends is nobody's message.
      const too_many = command.type === "abandon" ? null : free.next();
      const answer = too_many ? refusedMcp(too_many) : (refusalOf(is_paid) ?? (await mcpOnActor(env, { ...envelope, ...command }, actor)));
      note([command.type === "request" ? command.request.method : command.type, ...new Set(answer.operations)]);
      log.actor_ms += Date.now() - started;
      log.rows_read += answer.rows_read;
      log.rows_written += answer.rows_written;
      if (answer.failure) report(answer.failure);
      if (!answer.failure && answer.operations.length > 0) free.giveBack();
      return answer;
    },
    async follow(follow) {
      const started = Date.now();
      const failure = refusalOf(false)?.failure;
      const opened = failure ? { failure } : await openFollow(env, { ...envelope, follow }, actor);
      log.actor_ms += Date.now() - started;
      if ("failure" in opened) report(opened.failure);
      return opened;
    },
    noteFree(method) {
      if (method !== null) note([method]);
      free.next();
    },
  };
}
