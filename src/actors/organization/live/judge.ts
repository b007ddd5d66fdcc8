import type { LiveQuery } from "../../../domain/documents.ts";
import type { Failure } from "../../../domain/errors.ts";
import { LIVE_CLOSE, type Closing, type LiveOpening } from "../../../domain/live.ts";
import { isRegistered } from "../../../domain/persisted_operations/rows.ts";
import type { Grant } from "../../core/engine.ts";
import { closingFor, SocketJudge } from "../socket_judge.ts";
import type { Said } from "./said.ts";

/** Decides who may be connected and follow what, by what holds now. */
export class LiveJudge extends SocketJudge {
  judgeFollower(opening: LiveOpening, said: Said | null, followed: LiveQuery[]): Grant | Closing {
    const grant = this.judge(opening, said);
    if ("code" in grant) return grant;
    const refused = refuseReader(grant);
    if (refused) return closingFor(refused);
    if (followed.every(({ scope }) => holds(grant, scope))) return grant;
    return { code: LIVE_CLOSE.forbidden, reason: "The credential no longer has the scope of a subscription" };
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

export function holds({ principal }: Grant, scope: string): boolean {
  return principal.scopes === "all" || (principal.scopes as readonly string[]).includes(scope);
}
