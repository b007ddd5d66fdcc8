import type { RecoveryOffer } from "../../domain/account_recovery/create.ts";
import { sameHash } from "../secrets/routed_secret.ts";
import { hashPassword } from "./password.ts";
import { existing, type AccountHost, type AccountRow, type AccountState } from "./state.ts";
import type { AccountFailure, SessionToken } from "./views.ts";

/** The way back in for whoever the operator gave a link. */
export function recoveryServices(host: AccountHost) {
  /** The account that this link opens now. */
  function opened(secret_hash: string): { state: AccountState; row: AccountRow } | null {
    const known = existing(host);
    if (!known || known.row.recovery_hash === null || (known.row.recovery_expires_at ?? 0) <= Date.now()) return null;
    return sameHash(known.row.recovery_hash, secret_hash) ? known : null;
  }

  return {
    /** From now on this link works, and no earlier one. Told twice, a used link stays used. Where there is no account nothing is stored. */
    offerRecovery({ secret_hash, issued_at_ms, expires_at_ms }: RecoveryOffer): void {
      existing(host)?.state.db.run(
        `UPDATE account SET recovery_hash = ?1, recovery_issued_at = ?2, recovery_expires_at = ?3
         WHERE coalesce(recovery_issued_at, 0) < ?2 OR (recovery_issued_at = ?2 AND recovery_hash IS NOT NULL)`,
        secret_hash,
        issued_at_ms,
        expires_at_ms,
      );
    },

    /** Whose account a link opens; null when it does not work (any more). */
    describeRecovery({ secret_hash }: { secret_hash: string }): { email: string } | null {
      const known = opened(secret_hash);
      return known && { email: known.row.email };
    },

    /** Uses the link up: with the new password one gets in, and by no way that there was before. */
    recover(input: { secret_hash: string; password: string; user_agent: string | null }): SessionToken | { failure: AccountFailure } {
      const known = opened(input.secret_hash);
      if (!known) return { failure: "refused" };
      const { state } = known;
      const password_hash = hashPassword(input.password);
      return state.transaction((now) => {
        state.db.run(
          `UPDATE account SET password_hash = ?, upstream_issuer = NULL, upstream_subject = NULL, upstream_linked_at = NULL, recovery_hash = NULL, updated_at = ?`,
          password_hash,
          now,
        );
        state.passkeys.removeAll();
        state.sessions.endAllBut(null);
        return state.sessions.start(input.user_agent, now);
      });
    },
  };
}
