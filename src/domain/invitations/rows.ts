import { upsertSql, type Database } from "../database.ts";
import { notFound } from "../errors.ts";
import type { Role } from "../roles.ts";
import { toTimestamp, toTimestampOrNull } from "../time.ts";
import type { Invitation } from "./invitation.ts";

export interface InvitationRow {
  id: string;
  email: string;
  role: Role;
  secret_hash: string;
  invited_by: string;
  created_at: number;
  expires_at: number;
  accepted_at: number | null;
  account_id: string | null;
  revoked_at: number | null;
}

const COLUMNS = [
  "id",
  "email",
  "role",
  "secret_hash",
  "invited_by",
  "created_at",
  "expires_at",
  "accepted_at",
  "account_id",
  "revoked_at",
] as const satisfies (keyof InvitationRow)[];

const UPSERT = upsertSql("invitations", COLUMNS);

/** An invitation's status; its one parameter is the time. The same as `statusOf`. */
export const STATUS_SQL =
  "CASE WHEN accepted_at IS NOT NULL THEN 'accepted' WHEN revoked_at IS NOT NULL THEN 'revoked' WHEN expires_at <= ? THEN 'expired' ELSE 'open' END";

export function statusOf(row: InvitationRow, now: number): Invitation["status"] {
  if (row.accepted_at !== null) return "accepted";
  if (row.revoked_at !== null) return "revoked";
  return row.expires_at <= now ? "expired" : "open";
}

/** The invitation as it may be shown: never its hash. */
export function toInvitation(row: InvitationRow, now: number): Invitation {
  return {
    id: row.id,
    email: row.email,
    role: row.role,
    status: statusOf(row, now),
    invited_by: row.invited_by,
    created_at: toTimestamp(row.created_at),
    expires_at: toTimestamp(row.expires_at),
    accepted_at: toTimestampOrNull(row.accepted_at),
    account_id: row.account_id,
    revoked_at: toTimestampOrNull(row.revoked_at),
  };
}

export function findInvitation(db: Database, id: string): InvitationRow | undefined {
  return db.one<InvitationRow>("SELECT * FROM invitations WHERE id = ?", id);
}

/** The row, or NOT_FOUND. */
export function requireInvitation(db: Database, id: string): InvitationRow {
  const row = findInvitation(db, id);
  if (!row) throw notFound("invitation", id);
  return row;
}

export function writeInvitation(db: Database, row: InvitationRow): void {
  db.run(UPSERT, ...COLUMNS.map((column) => row[column]));
}

const OPEN = "accepted_at IS NULL AND revoked_at IS NULL AND expires_at > ?";

/** Those that somebody with this address could still accept. */
export function openInvitationsOf(db: Database, email: string, now: number): InvitationRow[] {
  return db.all<InvitationRow>(`SELECT * FROM invitations WHERE email = ? AND ${OPEN}`, email, now);
}

/** Those that a member made, themselves or through an application, and that somebody could still accept. */
export function openInvitationsBy(db: Database, account_id: string, now: number): InvitationRow[] {
  return db.all<InvitationRow>(`SELECT * FROM invitations WHERE invited_by = ? AND ${OPEN}`, account_id, now);
}

const TO_PERSON = "account_id = ?1 OR email = ?2";

/** All that were meant for this address or accepted by this account. */
export function invitationsTo(db: Database, { account_id, email }: { account_id: string; email: string }): InvitationRow[] {
  return db.all<InvitationRow>(`SELECT * FROM invitations WHERE ${TO_PERSON}`, account_id, email);
}

/** Takes the address out of those. */
export function eraseInvited(db: Database, { account_id, email }: { account_id: string; email: string }, erased: string): void {
  db.run(`UPDATE invitations SET email = ?3 WHERE ${TO_PERSON}`, account_id, email, erased);
}
