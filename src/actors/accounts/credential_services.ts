import type { PublicKeyCredentialCreationOptionsJSON } from "@simplewebauthn/server";
import { creationOptions } from "./passkey_options.ts";
import { PASSKEYS_MAX, type PasskeyAnswer } from "./passkeys.ts";
import { hashPassword, verifyPassword } from "./password.ts";
import { existing, freshlyProven, type AccountHost } from "./state.ts";
import type { AccountFailure, SessionToken } from "./views.ts";

type Done = null | { failure: AccountFailure };

/** How somebody proves who they are: changes here need a proof of a few minutes ago. */
export function credentialServices(host: AccountHost) {
  return {
    /** Proves again, by password, who the session's owner is. */
    reauthenticate({ session_id, password }: { session_id: string; password: string }): SessionToken | { failure: AccountFailure } {
      const known = existing(host);
      const isRight = verifyPassword(password, known?.row.password_hash ?? null);
      if (!known || !isRight) return { failure: "refused" };
      return known.state.transaction((now) => known.state.sessions.confirm(session_id, now)) ?? { failure: "not_found" };
    },

    /** The same by passkey. */
    async reauthenticateByPasskey({
      session_id,
      answer,
    }: {
      session_id: string;
      answer: PasskeyAnswer;
    }): Promise<SessionToken | { failure: AccountFailure }> {
      const accept = await existing(host)?.state.passkeys.verify(answer, "confirm", Date.now());
      const state = existing(host)?.state;
      if (!state || !accept) return { failure: "refused" };
      return state.transaction((now) => (accept(now) ? state.sessions.confirm(session_id, now) : null)) ?? { failure: "refused" };
    },

    /** Replaces the password, by the current one; ends all other sessions. `current` is null where there is none yet, and then the session must be fresh. */
    changePassword({
      session_id,
      current,
      next,
    }: {
      session_id: string;
      current: string | null;
      next: string;
    }): SessionToken | { failure: AccountFailure } {
      const known = existing(host);
      if (!known) return { failure: "not_found" };
      const { state, row } = known;
      if (row.password_hash === null && !state.sessions.isFresh(session_id, Date.now())) return { failure: "stale" };
      if (row.password_hash !== null && !verifyPassword(current ?? "", row.password_hash)) return { failure: "refused" };
      const password_hash = hashPassword(next);
      return (
        state.transaction((now) => {
          state.db.run("UPDATE account SET password_hash = ?, updated_at = ?", password_hash, now);
          state.sessions.endAllBut(session_id);
          return state.sessions.confirm(session_id, now);
        }) ?? { failure: "not_found" }
      );
    },

    async passkeyOptions({
      session_id,
      origin,
    }: {
      session_id: string;
      origin: string;
    }): Promise<PublicKeyCredentialCreationOptionsJSON | { failure: AccountFailure }> {
      const known = freshlyProven(host, session_id);
      if ("failure" in known) return known;
      if (known.state.passkeys.count() >= PASSKEYS_MAX) return { failure: "too_many" };
      return creationOptions(host.env.CROW_SECRET, {
        account_name: host.name,
        account: known.row,
        origin,
        bound_to: session_id,
        known: known.state.passkeys.descriptors(),
      });
    },

    async addPasskey({ session_id, answer, name }: { session_id: string; answer: PasskeyAnswer; name: string }): Promise<Done> {
      const known = freshlyProven(host, session_id);
      if ("failure" in known) return known;
      const store = await known.state.passkeys.verifyNew(answer, name, Date.now());
      const state = existing(host)?.state;
      if (!state || !store) return { failure: "refused" };
      return state.transaction((now) => {
        if (state.passkeys.count() >= PASSKEYS_MAX) return { failure: "too_many" };
        return store(now) ? null : { failure: "refused" };
      });
    },

    renamePasskey({ passkey_id, name }: { passkey_id: string; name: string }): Done {
      return existing(host)?.state.passkeys.rename(passkey_id, name) ? null : { failure: "not_found" };
    },

    removePasskey({ session_id, passkey_id }: { session_id: string; passkey_id: string }): Done {
      const known = freshlyProven(host, session_id);
      if ("failure" in known) return known;
      const { state, row } = known;
      return state.transaction((): Done => {
        const isLast = row.password_hash === null && row.upstream_issuer === null && state.passkeys.count() === 1;
        if (isLast) return { failure: "last_way_in" };
        return state.passkeys.remove(passkey_id) ? null : { failure: "not_found" };
      });
    },
  };
}
