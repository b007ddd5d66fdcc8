import type { LiveQuery } from "../../../domain/documents.ts";
import type { Failure } from "../../../domain/errors.ts";
import { LIVE_CLOSE, type Closing, type LiveOpening } from "../../../domain/live.ts";
import { isRegistered } from "../../../domain/persisted_operations/rows.ts";
import type { Grant } from "../../core/engine.ts";
import type { OrganizationState } from "../state.ts";
import type { Said } from "./said.ts";

/** Decides who may be connected and follow what, by what holds now. */
export class LiveJudge {
  constructor(private readonly state: OrganizationState) {}

  /** The keys of a sandbox are the live actor's, which said what it thinks of the reader. */
  judge(opening: LiveOpening, said: Said | null, followed: LiveQuery[]): Grant | Closing {
    if (!this.state.row()) return { code: LIVE_CLOSE.unauthenticated, reason: "The organization was deleted" };
    const now = Date.now();
    const { credential, ip, origin } = opening;
    const grant = said ? said.grant : this.state.authenticate(credential, ip, origin, now);
    const end = this.endOf(opening, said);
    const over = end !== null && end <= now;
    if ("failure" in grant) return over && grant.failure.code === "UNAUTHENTICATED" ? expired(credential.kind) : closingFor(grant.failure);
    if (over) return expired(credential.kind);
    const refused = refuseReader(grant);
    if (refused) return closingFor(refused);
    if (followed.every(({ scope }) => holds(grant, scope))) return grant;
    return { code: LIVE_CLOSE.forbidden, reason: "The credential no longer has the scope of a subscription" };
  }

  /** When a credential ends, as far as is known now. */
  endOf({ credential }: LiveOpening, said: Said | null): number | null {
    if (credential.kind === "access_token") return credential.expires_at_ms;
    if (credential.kind === "operator") return null;
    return said ? said.expires_at_ms : this.state.keys.endOf(credential);
  }

  /** Why a subscription by this text is told nothing more, where only registered operations run. */
  refuseUnregistered(sha256: string, { principal }: Grant): Failure | null {
    if (principal.kind === "operator" || !this.state.organization().settings.persisted_operations_only) return null;
    if (isRegistered(this.state.core.db, sha256)) return null;
    return {
      code: "FORBIDDEN",
      message: "This organization runs registered operations only, and this one is not registered any more",
      details: { sha256, expected: "a registered operation" },
    };
  }
}

/** Why a credential has no use for a connection: one that only writes, such as a browser's, can follow and look up nothing. */
export function refuseReader({ principal }: Grant): Failure | null {
  if (principal.scopes === "all" || principal.scopes.some((scope) => scope.endsWith(":read"))) return null;
  return { code: "FORBIDDEN", message: "This credential can read nothing; connect with one that has a scope to read", details: {} };
}

export function closingFor({ code, message }: Failure): Closing {
  return { code: code === "FORBIDDEN" ? LIVE_CLOSE.forbidden : LIVE_CLOSE.unauthenticated, reason: message };
}

export function holds({ principal }: Grant, scope: string): boolean {
  return principal.scopes === "all" || (principal.scopes as readonly string[]).includes(scope);
}

function expired(kind: LiveOpening["credential"]["kind"]): Closing {
  return { code: LIVE_CLOSE.expired, reason: `The ${kind === "access_token" ? "token" : "key"} has expired; connect again with a new one` };
}
