import { OAuthError } from "../../domain/oauth/errors.ts";
import { networkOf, takeAttempt } from "../throttle.ts";
import type { OAuthRequest } from "./request.ts";

const REMEMBERED_MAX = 10_000;

/** Addresses that have failed too often, and until when: refused here without asking again. */
const refused_until_ms = new Map<string, number>();

/**
 * Runs an endpoint at which secrets, codes and tokens could be guessed. Only failures count, so that whoever has the right secret pays nothing; who has failed too often is
 * refused for a while, right or wrong.
 */
export async function guardGuessing(context: OAuthRequest, work: () => Promise<Response>): Promise<Response> {
  const address = networkOf(context.ip);
  const wait_ms = (refused_until_ms.get(address) ?? 0) - Date.now();
  if (wait_ms > 0) throw tooMany(Math.ceil(wait_ms / 1_000));
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof OAuthError) || (error.error !== "invalid_client" && error.error !== "invalid_grant")) throw error;
    const wait_s = await takeAttempt(context.env, "token_address", address);
    if (wait_s === null) throw error;
    if (refused_until_ms.size >= REMEMBERED_MAX) refused_until_ms.clear();
    refused_until_ms.set(address, Date.now() + wait_s * 1_000);
    throw tooMany(wait_s);
  }
}

function tooMany(retry_after_s: number): OAuthError {
  return new OAuthError("slow_down", `Too many failed attempts from this address; retry in ${retry_after_s} seconds`, retry_after_s);
}
