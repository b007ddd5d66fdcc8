import type { OAuthError } from "../../../domain/oauth/errors.ts";
import type { IssuedGrant } from "../../../domain/oauth/exchange.ts";

/** What a presented code or refresh token comes to. `refused`: a refusal that must be committed all the same, because it revokes. */
export type Redeemed = IssuedGrant | { refused: OAuthError };
