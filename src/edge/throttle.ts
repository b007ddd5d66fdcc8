import { signText } from "../actors/core/vault.ts";
import type { RateLimits } from "../domain/tiers.ts";

/** How often something that guessing could break may be tried. */
export const THROTTLES = {
  /** Passwords, passkeys and new accounts from one address. */
  sign_in_address: { per_minute: 20, per_day: 500 },
  /** Passwords for one account, whoever tries. */
  sign_in_account: { per_minute: 10, per_day: 200 },
  /** Wrong secrets, codes and tokens from one address. */
  token_address: { per_minute: 60, per_day: 2_000 },
  /** Clients registered, and metadata documents fetched, from one address. */
  registration_address: { per_minute: 20, per_day: 500 },
} as const satisfies Record<string, RateLimits>;

/** Takes one attempt of this subject. Null when it is admitted, else seconds to wait. The subject is stored as a keyed hash only. */
export async function takeAttempt(env: Env, throttle: keyof typeof THROTTLES, subject: string | null): Promise<number | null> {
  const name = `${throttle}:${signText(env.CROW_SECRET, "throttle", throttle, subject ?? "unknown")}`;
  return (env.THROTTLES.getByName(name) as unknown as { take(limits: RateLimits): Promise<number | null> }).take(THROTTLES[throttle]);
}
