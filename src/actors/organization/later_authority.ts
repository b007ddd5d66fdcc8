import type { Failure } from "../../domain/errors.ts";
import type { ExecuteRequest } from "../../domain/execute.ts";
import type { Grant } from "../core/engine.ts";
import type { AskLiveActor } from "./live/said.ts";
import type { OrganizationState } from "./state.ts";

/** Who sent a request, and by which way: all that it takes to go on as them later. An address is in it, so whoever keeps one seals it. */
export type Sender = Omit<ExecuteRequest, "calls">;

/** Takes it from a request. */
export function senderOf({ credential, protocol, request_id, ip, origin, base_url }: Sender): Sender {
  return { credential, protocol, request_id, ip, origin, base_url };
}

/** Acts later as who asked: whoever that was is asked anew for each step that comes after its request. */
export class LaterAuthority {
  constructor(
    private readonly state: OrganizationState,
    private readonly askLiveActor: AskLiveActor,
  ) {}

  /**
   * What the sender may do now. A token's own end does not end what was begun with it (whoever reads the result shows a new one): its grant, client and member must still hold. Throws where
   * the live actor, which decides for a sandbox, cannot be reached.
   */
  async grantOf(sender: Sender): Promise<Grant | { failure: Failure }> {
    const { credential, ip, origin } = withoutEnd(sender);
    if (this.state.isSandbox) return (await this.askLiveActor({ credential, ip, origin })).grant;
    if (this.state.row()) return this.state.authenticate(credential, ip, origin, Date.now());
    return { failure: { code: "UNAUTHENTICATED", message: "The organization was deleted", details: {} } };
  }
}

function withoutEnd(sender: Sender): Sender {
  const { credential } = sender;
  return credential.kind === "access_token" ? { ...sender, credential: { ...credential, expires_at_ms: Infinity } } : sender;
}
