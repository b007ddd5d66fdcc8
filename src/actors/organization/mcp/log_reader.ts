import type { Database } from "../../../domain/database.ts";
import { logBounds } from "../../../domain/events/log.ts";
import type { McpExecutor } from "../../../domain/mcp/executor.ts";
import type { McpList } from "../../../domain/mcp/stream.ts";
import type { Principal } from "../../../domain/principal.ts";

const PAGE_ROWS = 1_000;
/** Events after which somebody may be able to do something else than before. */
const AUTHORITY = /^(api_key|member|oauth_client|oauth_grant)\./;

interface LoggedChange {
  seq: number;
  type: string;
  subject: string;
}

export interface Changed {
  topics: string[];
  lists: McpList[];
}

/** A page of what the log has after a place, as what it changed for this reader; null where there is nothing more. */
export function readChanges(
  db: Database,
  executor: McpExecutor,
  after: number,
  principal: Principal,
): { end: number; changes: { changed: Changed; sequence: number }[] } | null {
  const rows = db.all<LoggedChange>("SELECT seq, type, subject FROM events WHERE seq > CAST(? AS INTEGER) ORDER BY seq LIMIT ?", after, PAGE_ROWS);
  const last = rows.at(-1);
  if (!last) return null;
  const changes = rows.map((row) => {
    const { topics, lists } = executor.changesOf(row.type, row.subject);
    return { changed: { topics, lists: concerns(row, principal) ? [...lists, "tools" as const] : lists }, sequence: row.seq };
  });
  return { end: last.seq, changes };
}

/** Whether the log has everything after a place. */
export function reaches(db: Database, after: number): boolean {
  const { oldest, latest } = logBounds(db);
  return after >= oldest - 1 && after <= latest;
}

function concerns({ type, subject }: LoggedChange, principal: Principal): boolean {
  if (!AUTHORITY.test(type)) return false;
  if (subject === principal.id) return true;
  return principal.kind === "oauth_client" && (subject === principal.account_id || subject === principal.grant_id);
}
