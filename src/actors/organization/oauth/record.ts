import type { Scope } from "../../../domain/scopes.ts";
import type { OrganizationState } from "../state.ts";

interface RecordedGrant {
  id: string;
  oauth_client_id: string;
  /** Null for a client that acts for itself. */
  account_id: string | null;
}

/** Writes down that a grant was made. Who follows events learns that it is there, the audit log who may do what by it. */
export function recordGrant({ core }: OrganizationState, grant: RecordedGrant & { scopes: Scope[] }, request_id: string, now: number): void {
  const { id, oauth_client_id, account_id } = grant;
  core.journal.record(
    { type: "oauth_grant.created", subject: id, before: null, after: grant, data: { id, oauth_client_id } },
    {
      principal:
        account_id === null
          ? { kind: "oauth_client", id: oauth_client_id, account_id, grant_id: id, scopes: [] }
          : { kind: "account", id: account_id },
      protocol: "oauth",
      request_id,
      operation: "token",
    },
    now,
  );
}

/** Writes down that a grant ended by itself: the client gave it back, or a code or token came a second time. */
export function recordEndedGrant({ core }: OrganizationState, grant: RecordedGrant, reason: string, request_id: string, now: number): void {
  const { id, oauth_client_id } = grant;
  core.journal.record(
    { type: "oauth_grant.revoked", subject: id, before: null, after: { ...grant, reason }, data: { id, oauth_client_id } },
    { principal: { kind: "system", id: "oauth" }, protocol: "oauth", request_id, operation: "token" },
    now,
  );
}
