import { upsertSql, type Database } from "../database.ts";
import { notFound } from "../errors.ts";
import type { Role } from "../roles.ts";
import { toTimestamp } from "../time.ts";
import type { Member } from "./member.ts";

export interface MemberRow {
  account_id: string;
  account_name: string;
  email: string;
  name: string;
  role: Role;
  created_at: number;
  updated_at: number;
  version: number;
}

const COLUMNS = ["account_id", "account_name", "email", "name", "role", "created_at", "updated_at", "version"] as const satisfies (keyof MemberRow)[];

const UPSERT = upsertSql("members", COLUMNS);

export function toMember(row: MemberRow): Member {
  return {
    account_id: row.account_id,
    email: row.email,
    name: row.name,
    role: row.role,
    created_at: toTimestamp(row.created_at),
    updated_at: toTimestamp(row.updated_at),
    version: row.version,
  };
}

export function findMember(db: Database, account_id: string): MemberRow | undefined {
  return db.one<MemberRow>("SELECT * FROM members WHERE account_id = ?", account_id);
}

/** The row, or NOT_FOUND. */
export function requireMember(db: Database, account_id: string): MemberRow {
  const row = findMember(db, account_id);
  if (!row) throw notFound("member", account_id);
  return row;
}

export function writeMember(db: Database, row: MemberRow): void {
  db.run(UPSERT, ...COLUMNS.map((column) => row[column]));
}
