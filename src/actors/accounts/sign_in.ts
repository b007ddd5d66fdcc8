import { typeidUnboxed } from "typeid-js";
import type { PasskeyAnswer } from "./passkeys.ts";
import { hashPassword, verifyPassword } from "./password.ts";
import { existing, type AccountHost } from "./state.ts";
import type { AccountFailure, SessionToken } from "./views.ts";

type SignedIn = SessionToken | { failure: AccountFailure };

export interface NewAccount {
  email: string;
  name: string;
  /** Null for somebody whom another provider vouches for. */
  password: string | null;
  user_agent: string | null;
  upstream?: { issuer: string; subject: string };
}

/** Ways into an account. Each answers a new session, or `refused` and nothing more. */
export function signInServices(host: AccountHost) {
  return {
    /** Makes the account. With the right password of one that exists it is a sign-in, so that the answer tells nobody else that there is one. */
    signUp(input: NewAccount & { password: string }): SignedIn & { created?: boolean } {
      const known = existing(host);
      if (known) {
        if (!verifyPassword(input.password, known.row.password_hash)) return { failure: "refused" };
        return known.state.transaction((now) => known.state.sessions.start(input.user_agent, now));
      }
      // What is left of a deleted account is still being removed.
      if (host.state?.isBeingDeleted()) return { failure: "refused" };
      return { ...createAccount(host, input), created: true };
    },

    signIn({ password, user_agent }: { password: string; user_agent: string | null }): SignedIn {
      const known = existing(host);
      const isRight = verifyPassword(password, known?.row.password_hash ?? null);
      if (!known || !isRight) return { failure: "refused" };
      return known.state.transaction((now) => known.state.sessions.start(user_agent, now));
    },

    async signInByPasskey({ answer, user_agent }: { answer: PasskeyAnswer; user_agent: string | null }): Promise<SignedIn> {
      const known = existing(host);
      const accept = await known?.state.passkeys.verify(answer, "sign_in", Date.now());
      // The account may have been deleted meanwhile.
      const state = existing(host)?.state;
      if (!state || !accept) return { failure: "refused" };
      return state.transaction((now): SignedIn => (accept(now) ? state.sessions.start(user_agent, now) : { failure: "refused" }));
    },
  };
}

/** Writes the account's row and first session, where no account is. */
export function createAccount(host: AccountHost, input: NewAccount): SessionToken {
  const password_hash = input.password === null ? null : hashPassword(input.password);
  const state = host.open();
  return state.transaction((now) => {
    state.db.run(
      `INSERT INTO account (id, email, name, password_hash, upstream_issuer, upstream_subject, upstream_linked_at, created_at, updated_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      typeidUnboxed("usr"),
      input.email,
      input.name,
      password_hash,
      input.upstream?.issuer ?? null,
      input.upstream?.subject ?? null,
      input.upstream ? now : null,
      now,
      now,
    );
    return state.sessions.start(input.user_agent, now);
  });
}
