import { typeidUnboxed } from "typeid-js";
import type { Database } from "../../../domain/database.ts";
import type { OAuthClient } from "../../../domain/oauth/client.ts";
import { OAuthError } from "../../../domain/oauth/errors.ts";
import type { Approval } from "../../../domain/oauth/exchange.ts";
import { intersectScopes } from "../../../domain/oauth/scope.ts";
import { CODE_TTL_MS } from "../../../domain/oauth/token.ts";
import { ROLES, type Role } from "../../../domain/roles.ts";
import type { Scope } from "../../../domain/scopes.ts";
import type { OrganizationState } from "../state.ts";
import { chargeIssue } from "./buckets.ts";
import { findClient, noteExternalClient } from "./clients.ts";

const CONSENTS_MAX = 50;
const TARGETS_MAX = 10;

/** What a consent page must know: what this member may grant here and has granted to this client before. */
export interface ConsentState {
  organization_id: string;
  organization_name: string;
  role: Role;
  /** The most that the member can give: their role's scopes. */
  grantable: Scope[];
  /** What the client was given before, openid scopes among them; null when it was never let in. */
  consented: string[] | null;
  /** Where answers to this client went before: an origin, or the scheme of a native application. */
  targets: string[];
  suspended: boolean;
}

/** Null when this account is no member. */
export function consentState(state: OrganizationState, account_id: string, client_id: string): ConsentState | null {
  const { core } = state;
  const organization = state.organization();
  const member = core.db.one<{ role: Role }>("SELECT role FROM members WHERE account_id = ?", account_id);
  if (!member) return null;
  const client = findClient(core.db, client_id);
  const consent =
    client &&
    core.db.one<{ scopes: string; targets: string }>(
      "SELECT scopes, targets FROM oauth_consents WHERE account_id = ? AND oauth_client_id = ?",
      account_id,
      client.id,
    );
  return {
    organization_id: organization.id,
    organization_name: organization.name,
    role: member.role,
    grantable: intersectScopes(ROLES[member.role]),
    consented: consent ? (JSON.parse(consent.scopes) as string[]) : null,
    targets: consent ? (JSON.parse(consent.targets) as string[]) : [],
    suspended: client !== undefined && client.suspended_at !== null,
  };
}

/** The latest few: a client with a secret may come to any port of a person's own computer. */
function withTarget(targets: readonly string[], target: string | null): string[] {
  return [...new Set([...targets, ...(target === null ? [] : [target])])].slice(-TARGETS_MAX);
}

/** A member lets in a bounded number of applications: each leaves rows here. */
function checkConsents(db: Database, account_id: string): void {
  const { count } = db.one<{ count: number }>("SELECT count(*) AS count FROM oauth_consents WHERE account_id = ?", account_id)!;
  if (count >= CONSENTS_MAX)
    throw new OAuthError("access_denied", `The person has let in ${CONSENTS_MAX} applications; they must remove some under their account first`);
}

/**
 * Turns a member's consent into a code (RFC 6749, section 4.1.2): at most what their role has, remembered for the next time. The code is random, lives a minute, and
 * only its hash is kept.
 */
export function approve(state: OrganizationState, approval: Approval, client: OAuthClient): string {
  const { core } = state;
  return state.transaction((now) => {
    const consent = consentState(state, approval.account_id, client.client_id);
    if (!consent || consent.suspended) throw new OAuthError("access_denied", "This application has no access to the organization");
    const scopes = intersectScopes(approval.scopes, client.scopes, consent.grantable);
    if (scopes.length + approval.openid_scopes.length === 0) throw new OAuthError("access_denied", "Nothing that was asked for can be granted");
    if (!consent.consented) checkConsents(core.db, approval.account_id);
    const row =
      client.organization_id === null ? noteExternalClient(core.db, client, () => typeidUnboxed("cli"), now) : findClient(core.db, client.client_id);
    if (!row) throw new OAuthError("access_denied", "This application has no access to the organization");
    chargeIssue(state, row, approval.account_id);
    const remembered = [...new Set([...(consent.consented ?? []), ...scopes, ...approval.openid_scopes])];
    core.db.run(
      `INSERT INTO oauth_consents (account_id, oauth_client_id, scopes, targets, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (account_id, oauth_client_id) DO UPDATE SET scopes = excluded.scopes, targets = excluded.targets, updated_at = excluded.updated_at`,
      approval.account_id,
      row.id,
      JSON.stringify(remembered),
      JSON.stringify(withTarget(consent.targets, approval.target)),
      now,
      now,
    );
    if (remembered.length > (consent.consented?.length ?? 0)) {
      core.journal.record(
        {
          type: "oauth_consent.given",
          subject: row.id,
          before: consent.consented,
          data: { oauth_client_id: row.id },
          after: { account_id: approval.account_id, client_id: client.client_id, name: client.name, scopes: remembered },
        },
        { principal: { kind: "account", id: approval.account_id }, protocol: "oauth", request_id: approval.request_id, operation: "authorize" },
        now,
      );
    }
    const id = typeidUnboxed("cod");
    const { text, secret_hash } = core.vault.mintSecret("authorization_code", id);
    core.db.run(
      `INSERT INTO oauth_codes (id, secret_hash, oauth_client_id, account_id, redirect_uri, code_challenge, scopes, openid_scopes, audience, nonce, authenticated_at, created_at, expires_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      id,
      secret_hash,
      row.id,
      approval.account_id,
      approval.redirect_uri,
      approval.code_challenge,
      JSON.stringify(scopes),
      JSON.stringify(approval.openid_scopes),
      JSON.stringify(approval.audience),
      approval.nonce,
      approval.authenticated_at_ms,
      now,
      now + CODE_TTL_MS,
    );
    return text;
  });
}
