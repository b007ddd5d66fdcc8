import type { Failure } from "../../domain/errors.ts";
import type { ExecuteRequest } from "../../domain/execute.ts";
import { LIVE_CLOSE, type Closing } from "../../domain/live.ts";
import type { Grant } from "../core/engine.ts";
import type { Said } from "./live/said.ts";
import type { OrganizationState } from "./state.ts";

/** Who opened a socket. */
export type Reader = Pick<ExecuteRequest, "credential" | "ip" | "origin">;

/** Decides who may keep an inner socket open, by what holds now. */
export class SocketJudge {
  constructor(protected readonly state: OrganizationState) {}

  /** The keys of a sandbox are the live actor's, which said what it thinks of the reader. */
  judge({ credential, ip, origin }: Reader, said: Said | null): Grant | Closing {
    if (!this.state.row()) return { code: LIVE_CLOSE.unauthenticated, reason: "The organization was deleted" };
    const now = Date.now();
    const grant = said ? said.grant : this.state.authenticate(credential, ip, origin, now);
    const end = this.endOf({ credential }, said);
    const over = end !== null && end <= now;
    if ("failure" in grant) return over && grant.failure.code === "UNAUTHENTICATED" ? expired(credential.kind) : closingFor(grant.failure);
    return over ? expired(credential.kind) : grant;
  }

  /** When a credential ends, as far as is known now. */
  endOf({ credential }: Pick<Reader, "credential">, said: Said | null): number | null {
    if (credential.kind === "access_token") return credential.expires_at_ms;
    if (credential.kind === "operator") return null;
    return said ? said.expires_at_ms : this.state.keys.endOf(credential);
  }
}

export function closingFor({ code, message }: Failure): Closing {
  return { code: code === "FORBIDDEN" ? LIVE_CLOSE.forbidden : LIVE_CLOSE.unauthenticated, reason: message };
}

function expired(kind: Reader["credential"]["kind"]): Closing {
  return { code: LIVE_CLOSE.expired, reason: `The ${kind === "access_token" ? "token" : "key"} has expired; connect again with a new one` };
}
