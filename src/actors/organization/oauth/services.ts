import { readClientId, type OAuthClient } from "../../../domain/oauth/client.ts";
import { OAuthError, type OAuthFailure } from "../../../domain/oauth/errors.ts";
import type { AccessTokenIntrospection, Approval, ClientProof, Exchanged, Introspection, PresentedSecret } from "../../../domain/oauth/exchange.ts";
import type { AccessTokenCredential } from "../../../domain/principal.ts";
import type { OrganizationState } from "../state.ts";
import { approve, consentState } from "./approve.ts";
import { chargeIssue } from "./buckets.ts";
import { clientCredentials, type ClientCredentials } from "./client_credentials.ts";
import { authenticatedClient, describeClient, findClient, spendAssertion } from "./clients.ts";
import { introspectAccessToken, introspectRefreshToken, revokeAccessToken, revokeRefreshToken } from "./presented_tokens.ts";
import { redeemCode, type CodeExchange } from "./redeem_code.ts";
import type { Redeemed } from "./redeemed.ts";
import { refresh, type Refresh } from "./refresh_tokens.ts";

/** The organization's part of the authorization server: its clients, and everything that was granted here. */
export function oauthServices(state: OrganizationState) {
  const { db } = state.core;
  return {
    /** One of the organization's own clients; null for any other. */
    describeClient({ client_id }: { client_id: string }): OAuthClient | null {
      const row = readClientId(client_id)?.kind === "organization" ? findClient(db, client_id) : undefined;
      return row && row.external === 0 ? describeClient(row, state.organization().id) : null;
    },
    consentState: (input: { account_id: string; client_id: string }) => consentState(state, input.account_id, input.client_id),
    approve: ({ approval, client }: { approval: Approval; client: OAuthClient }) =>
      refusable(() => {
        const code = approve(state, approval, client);
        // What is known of a client from elsewhere may have become less.
        state.changed("oauth_clients.");
        return { ok: true as const, code };
      }),
    redeemCode: (exchange: CodeExchange): Exchanged => exchanged(state, exchange.proof, (now) => redeemCode(state, exchange, now)),
    refresh: (request: Refresh): Exchanged => exchanged(state, request.proof, (now) => refresh(state, request, now)),
    clientCredentials: (request: ClientCredentials): Exchanged => exchanged(state, request.proof, (now) => clientCredentials(state, request, now)),
    /** Whether a client is who it says; for the endpoints that give nothing else. Out of the client's bucket, like everything that it can make us do. */
    proveClient: ({ proof }: { proof: ClientProof }): { ok: true } | { ok: false; failure: OAuthFailure } =>
      refusable(() => {
        chargeIssue(state, authenticatedClient(db, proof, Date.now()), null);
        state.transaction(() => spendAssertion(db, proof));
        return { ok: true };
      }),
    introspectAccessToken: (input: { token: AccessTokenCredential; client_id: string }): AccessTokenIntrospection | null =>
      introspectAccessToken(state, input),
    introspectRefreshToken: (input: { token: PresentedSecret; client_id: string }): Introspection | null => introspectRefreshToken(state, input),
    revokeAccessToken: (input: { token: AccessTokenCredential; client_id: string }): void => revokeAccessToken(state, input),
    revokeRefreshToken: (input: { token: PresentedSecret; client_id: string; request_id: string }): void => revokeRefreshToken(state, input),
    /** Facts about a member, for userinfo, and where their account is. Null when the token does not hold any more. */
    describeMember({ token }: { token: AccessTokenCredential }): { account_name: string; email: string; name: string } | null {
      if ("failure" in state.grants.authenticate(token, state.organization(), Date.now())) return null;
      return (
        db.one<{ account_name: string; email: string; name: string }>(
          "SELECT account_name, email, name FROM members WHERE account_id = ?",
          token.account_id,
        ) ?? null
      );
    },
  };
}

/** Runs an exchange in one transaction. A refusal that revokes is returned, not thrown, so that what it revoked stays revoked. */
function exchanged(state: OrganizationState, proof: ClientProof, work: (now: number) => Redeemed): Exchanged {
  return refusable((): Exchanged => {
    state.transaction(() => spendAssertion(state.core.db, proof));
    const result = state.transaction(work);
    if (!("refused" in result)) return { ok: true, grant: result };
    state.changed("oauth_grants.");
    throw result.refused;
  });
}

function refusable<Result>(work: () => Result): Result | { ok: false; failure: ReturnType<OAuthError["toFailure"]> } {
  try {
    return work();
  } catch (error) {
    if (error instanceof OAuthError) return { ok: false, failure: error.toFailure() };
    throw error;
  }
}
