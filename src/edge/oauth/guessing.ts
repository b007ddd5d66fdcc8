import { OAuthError } from "../../domain/oauth/errors.ts";
import { networkOf, takeAttempt } from "../throttle.ts";
import type { OAuthRequest } from "./request.ts";

/**
 * Runs an endpoint at which secrets, codes and tokens could be guessed. Only failures count: whoever fails too often is told to wait, while whoever has the right secret
 * gets in, also from the same network.
 */
export async function guardGuessing(context: OAuthRequest, work: () => Promise<Response>): Promise<Response> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof OAuthError) || (error.error !== "invalid_client" && error.error !== "invalid_grant")) throw error;
    const wait_s = await takeAttempt(context.env, "token_address", networkOf(context.ip));
    if (wait_s === null) throw error;
    throw new OAuthError("slow_down", `Too many failed attempts from this address; retry in ${wait_s} seconds`, wait_s);
  }
}
