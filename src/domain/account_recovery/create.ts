import * as z from "zod";
import { Email } from "../accounts/account.ts";
import { defineOperation } from "../operation.ts";
import { HOUR_MS, Timestamp, toTimestamp } from "../time.ts";

const LIFETIME_MS = HOUR_MS;

/** What the directory's job tells the account's actor, by its name. */
export interface RecoveryOffer {
  secret_hash: string;
  issued_at_ms: number;
  expires_at_ms: number;
}

export const createAccountRecovery = defineOperation({
  name: "account_recovery.create",
  summary: "Make a link by which a person gets back into their account",
  description:
    "Operator only, for somebody of whom you know that the address is theirs. Answers `url`, a link that works once, for an hour, and instead of any earlier one: with it they set a new password, and every way in that there was before ends. The answer is the same whether there is such an account or not.",
  effect: "create",
  scope: "operator",
  cost: 1,
  input: z.strictObject({ email: Email }),
  output: z.strictObject({
    email: z.string(),
    url: z.string().describe("The link to hand to them; shown this once"),
    expires_at: Timestamp,
  }),
  errors: [],
  examples: [{ title: "By address", input: { email: "kim@example.com" } }],
  rest: { method: "post", path: "/account-recovery", status: 201 },
  secret_outputs: ["url"],
  handle(ctx, { email }) {
    const { account_name, text, secret_hash } = ctx.vault.mintRecovery(email);
    const expires_at_ms = ctx.now + LIFETIME_MS;
    const offer: RecoveryOffer = { secret_hash, issued_at_ms: ctx.now, expires_at_ms };
    ctx.schedule({ kind: "account_recovery.offer", key: account_name, run_at_ms: ctx.now, payload: offer });
    const expires_at = toTimestamp(expires_at_ms);
    ctx.record({ type: "account_recovery.created", subject: account_name, before: null, after: { expires_at }, live: false });
    return { email, url: `${ctx.base_url}/account/recovery?token=${text}`, expires_at };
  },
});
