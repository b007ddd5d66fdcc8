import type { AccessTokenIntrospection, Introspection, PresentedSecret } from "../../../domain/oauth/exchange.ts";
import { intersectScopes, type OpenIdScope } from "../../../domain/oauth/scope.ts";
import { revokeGrant } from "../../../domain/oauth_grants/revoke_rows.ts";
import type { AccessTokenCredential } from "../../../domain/principal.ts";
import { ROLES, type Role } from "../../../domain/roles.ts";
import type { Scope } from "../../../domain/scopes.ts";
import { spend } from "../../core/spent_ids.ts";
import type { OrganizationState } from "../state.ts";
import { SPENT_TOKEN } from "./grant_authenticator.ts";
import { recordEndedGrant } from "./record.ts";
import { findRefreshToken } from "./refresh_tokens.ts";

const GIVEN_BACK = "revoked_by_client";

interface GrantFacts {
  oauth_client_id: string;
  client_id: string;
  account_id: string | null;
  email: string | null;
  role: Role | null;
  scopes: string;
  audience: string;
}

/** What a token that holds stands for (RFC 7662); null when it does not, or is another client's. */
export function introspectAccessToken(
  state: OrganizationState,
  { token, client_id }: { token: AccessTokenCredential; client_id: string },
): AccessTokenIntrospection | null {
  if (token.client_id !== client_id) return null;
  const accepted = state.grants.authenticate(token, state.organization(), Date.now());
  const facts = "failure" in accepted ? undefined : grantFacts(state, token.grant_id);
  if (!facts || "failure" in accepted) return null;
  const { scopes } = accepted.principal;
  return { client_id, account_id: token.account_id, email: facts.email, scopes, expires_at_ms: token.expires_at_ms };
}

export function introspectRefreshToken(
  state: OrganizationState,
  { token, client_id }: { token: PresentedSecret; client_id: string },
): Introspection | null {
  const row = findRefreshToken(state.core, token);
  const facts = row && grantFacts(state, row.grant_id);
  if (!row || !facts || facts.client_id !== client_id || row.used_at !== null || row.expires_at <= Date.now() || facts.role === null) return null;
  return {
    client_id,
    account_id: facts.account_id,
    email: facts.email,
    openid_scopes: JSON.parse(row.openid_scopes) as OpenIdScope[],
    scopes: intersectScopes(JSON.parse(facts.scopes) as Scope[], ROLES[facts.role]),
    audience: JSON.parse(facts.audience) as string[],
    issued_at_ms: row.created_at,
    expires_at_ms: row.expires_at,
  };
}

/** Ends one access token before its time (RFC 7009); its grant lives on. Silent for another client's token (section 2.2). */
export function revokeAccessToken(state: OrganizationState, { token, client_id }: { token: AccessTokenCredential; client_id: string }): void {
  if (token.client_id !== client_id) return;
  state.transaction(() => spend(state.core.db, SPENT_TOKEN, token.token_id, token.expires_at_ms));
  state.changed("oauth_grants.");
}

/** Ends a refresh token's whole grant, access tokens too (RFC 7009, section 2.1). */
export function revokeRefreshToken(
  state: OrganizationState,
  { token, client_id, request_id }: { token: PresentedSecret; client_id: string; request_id: string },
): void {
  const row = findRefreshToken(state.core, token);
  const facts = row && grantFacts(state, row.grant_id);
  if (!row || facts?.client_id !== client_id) return;
  state.transaction((now) => {
    if (revokeGrant(state.core.db, row.grant_id, GIVEN_BACK, now))
      recordEndedGrant(
        state,
        { id: row.grant_id, oauth_client_id: facts.oauth_client_id, account_id: facts.account_id },
        GIVEN_BACK,
        request_id,
        now,
      );
  });
  state.changed("oauth_grants.");
}

/** A grant that is not revoked, whose client is not suspended. */
function grantFacts({ core }: OrganizationState, grant_id: string): GrantFacts | undefined {
  return core.db.one<GrantFacts>(
    `SELECT g.oauth_client_id, c.client_id, g.account_id, m.email, m.role, g.scopes, g.audience
     FROM oauth_grants g JOIN oauth_clients c ON c.id = g.oauth_client_id LEFT JOIN members m ON m.account_id = g.account_id
     WHERE g.id = ? AND g.revoked_at IS NULL AND c.suspended_at IS NULL`,
    grant_id,
  );
}
