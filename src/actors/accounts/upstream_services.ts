import { createAccount } from "./sign_in.ts";
import { existing, freshlyProven, type AccountHost } from "./state.ts";
import type { AccountFailure, SessionToken } from "./views.ts";

/** A person as another OpenID provider names them. */
export interface UpstreamIdentity {
  issuer: string;
  subject: string;
}

export interface UpstreamSignIn extends UpstreamIdentity {
  email: string;
  name: string;
  user_agent: string | null;
  /** Whether this deployment lets this person make an account. */
  may_create: boolean;
}

type Refusal = { failure: AccountFailure | "not_linked" | "no_account" };

/** Sign-in by another OpenID provider: only for accounts whose owner linked it, or that are made by it. An address alone opens nothing. */
export function upstreamServices(host: AccountHost) {
  return {
    signInUpstream({ may_create, ...identity }: UpstreamSignIn): SessionToken | Refusal {
      const known = existing(host);
      if (known) {
        if (!isLinked(known.row, identity)) return { failure: "not_linked" };
        return known.state.transaction((now) => known.state.sessions.start(identity.user_agent, now));
      }
      if (!may_create || host.state?.isBeingDeleted()) return { failure: "no_account" };
      const { email, name, user_agent, issuer, subject } = identity;
      return createAccount(host, { email, name, password: null, user_agent, upstream: { issuer, subject } });
    },

    /** Proves again who the session's owner is, by the linked provider. */
    reauthenticateUpstream({ session_id, ...identity }: UpstreamIdentity & { session_id: string }): SessionToken | Refusal {
      const known = existing(host);
      if (!known || !isLinked(known.row, identity)) return { failure: "refused" };
      return known.state.transaction((now) => known.state.sessions.confirm(session_id, now)) ?? { failure: "not_found" };
    },

    linkUpstream({ session_id, issuer, subject }: UpstreamIdentity & { session_id: string }): null | Refusal {
      const known = freshlyProven(host, session_id);
      if ("failure" in known) return known;
      known.state.transaction((now) =>
        known.state.db.run(
          "UPDATE account SET upstream_issuer = ?, upstream_subject = ?, upstream_linked_at = ?, updated_at = ?",
          issuer,
          subject,
          now,
          now,
        ),
      );
      return null;
    },

    unlinkUpstream({ session_id }: { session_id: string }): null | Refusal {
      const known = freshlyProven(host, session_id);
      if ("failure" in known) return known;
      const { state, row } = known;
      if (row.password_hash === null && state.passkeys.count() === 0) return { failure: "last_way_in" };
      state.transaction((now) =>
        state.db.run("UPDATE account SET upstream_issuer = NULL, upstream_subject = NULL, upstream_linked_at = NULL, updated_at = ?", now),
      );
      return null;
    },
  };
}

function isLinked(row: { upstream_issuer: string | null; upstream_subject: string | null }, { issuer, subject }: UpstreamIdentity): boolean {
  return row.upstream_issuer === issuer && row.upstream_subject === subject;
}
