import type { Failure } from "../../../domain/errors.ts";
import type { McpBindings } from "../bindings.ts";

/** Follows a call that goes on, from its beginning. One that cannot be followed is abandoned with its work: its client could not be told what comes of it. */
export async function followCall(bindings: McpBindings, call_id: string, session_id: string | null): Promise<WebSocket | { failure: Failure }> {
  const socket = await bindings.follow({ kind: "call", call_id, session_id, after: 0 });
  if ("failure" in socket) await bindings.send({ type: "abandon", session_id, call_id });
  return socket;
}
