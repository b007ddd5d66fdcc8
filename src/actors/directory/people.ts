import type { RecoveryOffer } from "../../domain/account_recovery/create.ts";
import { ERASED } from "../../domain/members/forget.ts";
import { callAccount } from "../call.ts";
import type { Core } from "../core/core.ts";
import type { JobHandler } from "../core/scheduler.ts";

/** Somebody who deletes their account, and the organizations they started. */
export interface ForgottenPerson {
  account_id: string;
  account_name: string;
  founded: string[];
}

export function recoveryJobs(env: Env): Record<string, JobHandler> {
  return {
    /** Tells an account's actor of the link that works from now on. One job per account, so that no older link overtakes a newer one. */
    "account_recovery.offer": async ({ key: account_name, payload }) => callAccount(env, account_name, "offerRecovery", payload as RecoveryOffer),
  };
}

/** Takes out who founded an organization, and whose account a recovery link was made for. */
export function forgetPerson({ storage, db }: Core, { account_id, account_name, founded }: ForgottenPerson): void {
  storage.transactionSync(() => {
    db.run(
      `UPDATE audit_log SET after = json_replace(after, '$.founder', ?1), request_id = ?1
       WHERE subject IN (SELECT value FROM json_each(?3)) AND after ->> '$.founder' = ?2`,
      ERASED,
      account_id,
      JSON.stringify(founded),
    );
    // Their foundings are over: an account with an unfinished one cannot be deleted.
    db.run("DELETE FROM idempotency_keys WHERE key LIKE ? || '/%'", account_id);
    db.run("UPDATE audit_log SET subject = ? WHERE subject = ?", ERASED, account_name);
  });
}
