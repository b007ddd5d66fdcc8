import ipaddr from "ipaddr.js";
import { signText } from "../actors/core/derived_keys.ts";
import { throttleActor } from "../actors/rpc.ts";
import type { RateLimits } from "../domain/tiers.ts";

/** How often something that guessing could break may be tried. */
export const THROTTLES = {
  /** Passwords, passkeys and new accounts from one address. */
  sign_in_address: { per_minute: 20, per_day: 500 },
  /** Passwords for one account, from all browsers in which nobody has signed in to it yet. */
  sign_in_account: { per_minute: 10, per_day: 200 },
  /** Passwords for one account from a browser in which somebody has. */
  sign_in_device: { per_minute: 10, per_day: 200 },
  /** The same from all such browsers together: whoever once knew the password can have made many. */
  sign_in_devices: { per_minute: 20, per_day: 400 },
  /** Passwords and passkeys of one session's owner, who shows again who they are. */
  session: { per_minute: 10, per_day: 200 },
  /** Wrong secrets, codes and tokens from one address. */
  token_address: { per_minute: 60, per_day: 2_000 },
  /** Clients registered from one address. */
  registration_address: { per_minute: 20, per_day: 500 },
  /** Metadata documents that are not known yet, asked about from one address. */
  document_address: { per_minute: 40, per_day: 1_000 },
} as const satisfies Record<string, RateLimits>;

/** One network at home or at work has at least a /64 of IPv6 addresses, so that is what counts as one address. */
export function networkOf(ip: string | null): string {
  if (ip === null || !ipaddr.isValid(ip)) return "unknown";
  const address = ipaddr.process(ip);
  return address.kind() === "ipv4" ? address.toString() : `${ipaddr.IPv6.networkAddressFromCIDR(`${address.toString()}/64`).toString()}/64`;
}

/** Takes one attempt of this subject. Null when it is admitted, else seconds to wait. The subject is stored as a keyed hash only. */
export async function takeAttempt(env: Env, throttle: keyof typeof THROTTLES, subject: string): Promise<number | null> {
  const name = `${throttle}:${signText(env.CROW_SECRET, "throttle", throttle, subject)}`;
  return throttleActor(env, name).take(THROTTLES[throttle]);
}
