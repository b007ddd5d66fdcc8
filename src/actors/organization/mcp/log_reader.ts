import type { Database } from "../../../domain/database.ts";
import { changesAuthority } from "../../../domain/authority.ts";
import type { McpExecutor } from "../../../domain/mcp/executor.ts";
import type { Principal } from "../../../domain/principal.ts";
import { gatherChanges, noteFirst, type Changes } from "./changes.ts";

const PAGE_ROWS = 1_000;

interface LoggedChange {
  seq: number;
  type: string;
  subject: string;
}

/** A page of what the log has after a place, as what it changed for this reader; null where there is nothing more. */
export function readChanges(db: Database, executor: McpExecutor, after: number, principal: Principal): { end: number; changes: Changes } | null {
  const rows = db.all<LoggedChange>("SELECT seq, type, subject FROM events WHERE seq > CAST(? AS INTEGER) ORDER BY seq LIMIT ?", after, PAGE_ROWS);
  const last = rows.at(-1);
  if (!last) return null;
  const changes = gatherChanges(executor, rows);
  const own = rows.find((row) => concerns(row, principal));
  if (own) noteFirst(changes.lists, "tools", own.seq);
  return { end: last.seq, changes };
}

/** Whether the reader may be able to do something else than before. */
function concerns({ type, subject }: LoggedChange, principal: Principal): boolean {
  if (!changesAuthority(type)) return false;
  if (subject === principal.id) return true;
  return principal.kind === "oauth_client" && (subject === principal.account_id || subject === principal.grant_id);
}
