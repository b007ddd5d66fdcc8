import { createHash } from "node:crypto";
import { typeidUnboxed } from "typeid-js";
import { OAuthError } from "../../../domain/oauth/errors.ts";
import type { ClientProof, PresentedSecret } from "../../../domain/oauth/exchange.ts";
import { withinAudience } from "../../../domain/oauth/resource.ts";
import type { OpenIdScope } from "../../../domain/oauth/scope.ts";
import { ACCESS_TOKEN_TTL_S, REFRESH_TOKEN_TTL_MS } from "../../../domain/oauth/token.ts";
import { revokeGrant } from "../../../domain/oauth_grants/revoke_rows.ts";
import type { Scope } from "../../../domain/scopes.ts";
import { sameHash } from "../../secrets/routed_secret.ts";
import type { OrganizationState } from "../state.ts";
import { authenticatedClient } from "./clients.ts";
import { chargeIssue } from "./buckets.ts";
import { recordEndedGrant, recordGrant } from "./record.ts";
import type { Redeemed } from "./redeemed.ts";
import { mintRefreshToken } from "./refresh_tokens.ts";

const REPLAYED = "code_replayed";

interface CodeRow {
  id: string;
  secret_hash: string;
  oauth_client_id: string;
  account_id: string;
  redirect_uri: string;
  code_challenge: string;
  scopes: string;
  openid_scopes: string;
  audience: string;
  nonce: string | null;
  authenticated_at: number;
  expires_at: number;
  grant_id: string | null;
}

export interface CodeExchange {
  code: PresentedSecret;
  proof: ClientProof;
  redirect_uri: string | null;
  code_verifier: string;
  audience: string[] | null;
  base_url: string;
  request_id: string;
}

/**
 * Exchanges a code for a grant (RFC 6749, section 4.1.3), all in the caller's transaction: a code is used exactly once, and using it again revokes what it issued
 * (section 4.1.2). Only the client it was issued to learns that it exists.
 */
export function redeemCode(state: OrganizationState, exchange: CodeExchange, now: number): Redeemed {
  const { core } = state;
  const client = authenticatedClient(core.db, exchange.proof, now);
  const code = core.db.one<CodeRow>("SELECT * FROM oauth_codes WHERE id = ?", exchange.code.id);
  if (!code || !sameHash(code.secret_hash, exchange.code.secret_hash) || code.oauth_client_id !== client.id) throw invalidCode();
  if (code.grant_id !== null) {
    if (revokeGrant(core.db, code.grant_id, REPLAYED, now))
      recordEndedGrant(state, { id: code.grant_id, oauth_client_id: client.id, account_id: code.account_id }, REPLAYED, exchange.request_id, now);
    return { refused: invalidCode() };
  }
  if (code.expires_at <= now) throw invalidCode();
  if (exchange.redirect_uri !== null && exchange.redirect_uri !== code.redirect_uri)
    throw new OAuthError("invalid_grant", "redirect_uri is not that of the authorization request");
  if (createHash("sha256").update(exchange.code_verifier).digest("base64url") !== code.code_challenge)
    throw new OAuthError("invalid_grant", "code_verifier does not fit the code_challenge");
  const granted = JSON.parse(code.audience) as string[];
  const audience = exchange.audience ?? granted;
  if (!withinAudience(audience, granted, exchange.base_url)) throw new OAuthError("invalid_target", "The resource is not one that was authorized");
  const member = core.db.one<{ email: string; name: string }>("SELECT email, name FROM members WHERE account_id = ?", code.account_id);
  if (!member) throw invalidCode();
  chargeIssue(state, client, code.account_id);
  const grant_id = typeidUnboxed("gra");
  const renews = (JSON.parse(client.grant_types) as string[]).includes("refresh_token");
  core.db.run(
    "INSERT INTO oauth_grants (id, oauth_client_id, account_id, scopes, audience, created_at, last_used_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    grant_id,
    client.id,
    code.account_id,
    code.scopes,
    code.audience,
    now,
    now,
    now + (renews ? REFRESH_TOKEN_TTL_MS : ACCESS_TOKEN_TTL_S * 1_000),
  );
  core.db.run("UPDATE oauth_codes SET grant_id = ? WHERE id = ?", grant_id, code.id);
  const scopes = JSON.parse(code.scopes) as Scope[];
  const openid_scopes = JSON.parse(code.openid_scopes) as OpenIdScope[];
  recordGrant(state, { id: grant_id, oauth_client_id: client.id, account_id: code.account_id, scopes }, exchange.request_id, now);
  return {
    grant_id,
    client_id: client.client_id,
    organization_id: state.organization().id,
    account_id: code.account_id,
    scopes,
    openid_scopes,
    audience,
    refresh_token: renews ? mintRefreshToken(core, { grant_id, openid_scopes, authenticated_at_ms: code.authenticated_at }, now) : null,
    nonce: code.nonce,
    authenticated_at_ms: code.authenticated_at,
    person: member,
  };
}

function invalidCode(): OAuthError {
  return new OAuthError("invalid_grant", "The code is unknown, expired, was used already, or belongs to another client");
}
