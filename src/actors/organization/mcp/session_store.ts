import type { Vault } from "../../../domain/context.ts";
import type { Database } from "../../../domain/database.ts";
import { OperationError } from "../../../domain/errors.ts";
import type { McpClient, McpView } from "../../../domain/mcp/command.ts";
import { noSuchSession } from "../../../domain/mcp/failure.ts";
import { DAY_MS, MINUTE_MS } from "../../../domain/time.ts";
import type { Scheduler } from "../../core/scheduler.ts";

export const SESSION_JOB = "mcp.session";

/** How long a session is kept without use. */
const IDLE_MS = DAY_MS;
/** Use is written down so seldom. */
const USE_RESOLUTION_MS = 10 * MINUTE_MS;
const SESSIONS_MAX = 10_000;
const OWNER_SESSIONS_MAX = 1_000;
/** Under which all sessions are counted. */
const ALL = "all";
/** Sessions that are looked at for one that is not in use: more than one credential's streams. */
const LOOKED_AT_MAX = 250;
/** Characters in what a client says of itself. */
const CLIENT_LENGTH_MAX = 16_384;
const ID_BYTES = 24;

export interface McpSession {
  id: string;
  owner: string;
  client: McpClient;
  view: McpView;
  expires_at: number;
}

interface Count {
  owner: string;
  sessions: number;
}

interface SessionRow extends Omit<McpSession, "client" | "view"> {
  client: string;
  view: string;
}

/** Sessions of clients up to revision 2025-11-25: rows, each with a job that ends it once it was not used for a day. */
export class SessionStore {
  constructor(
    private readonly db: Database,
    private readonly vault: Vault,
    private readonly scheduler: Scheduler,
  ) {}

  /** A new session's id. Throws OperationError where there are too many, or the client says too much of itself. */
  open(owner: string, client: McpClient, view: McpView, now: number): string {
    const said = JSON.stringify(client);
    if (said.length > CLIENT_LENGTH_MAX)
      throw new OperationError("PAYLOAD_TOO_LARGE", `What a client says of itself has at most ${CLIENT_LENGTH_MAX} characters`, {
        limit_bytes: CLIENT_LENGTH_MAX,
      });
    if (this.countOf(owner) >= OWNER_SESSIONS_MAX) throw tooMany("This credential", OWNER_SESSIONS_MAX);
    if (this.countOf(ALL) >= SESSIONS_MAX) throw tooMany("The organization", SESSIONS_MAX);
    const id = `mses_${this.vault.randomToken(ID_BYTES)}`;
    const expires_at = now + IDLE_MS;
    this.db.run(
      "INSERT INTO mcp_sessions (id, owner, client, view, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
      id,
      owner,
      said,
      JSON.stringify(view),
      now,
      expires_at,
    );
    this.scheduler.schedule({ kind: SESSION_JOB, key: id, run_at_ms: expires_at });
    return id;
  }

  /**
   * The session that is to end so that this owner may open one: its own least recently used one, or in a full organization that of whoever has most, if that is more than it has itself. Null
   * where there is room, or all are in use: they have a call that goes on, or `isFollowed`.
   */
  superfluous(owner: string, isFollowed: (id: string) => boolean): string | null {
    const own = this.countOf(owner);
    if (own >= OWNER_SESSIONS_MAX) return this.leastUsed(owner, isFollowed);
    if (this.countOf(ALL) < SESSIONS_MAX) return null;
    const most = this.db.one<Count>("SELECT owner, sessions FROM mcp_session_counts WHERE owner <> ? ORDER BY sessions DESC LIMIT 1", ALL);
    return most && (most.owner === owner || most.sessions > own) ? this.leastUsed(most.owner, isFollowed) : null;
  }

  /** Throws NOT_FOUND, the same for a session that is not there and for somebody else's. */
  require(id: string, owner: string, now: number): McpSession {
    const row = this.db.one<SessionRow>("SELECT id, owner, client, view, expires_at FROM mcp_sessions WHERE id = ?", id);
    if (!row || row.owner !== owner || row.expires_at <= now) throw noSuchSession();
    this.noteUse(row, now);
    return { ...row, client: JSON.parse(row.client) as McpClient, view: JSON.parse(row.view) as McpView };
  }

  /** When a session ends if it is not used any more; null where there is none. */
  endOf(id: string): number | null {
    return this.db.one<{ expires_at: number }>("SELECT expires_at FROM mcp_sessions WHERE id = ?", id)?.expires_at ?? null;
  }

  noteUse({ id, expires_at }: Pick<McpSession, "id" | "expires_at">, now: number): void {
    if (now + IDLE_MS - expires_at < USE_RESOLUTION_MS) return;
    this.db.run("UPDATE mcp_sessions SET expires_at = ? WHERE id = ?", now + IDLE_MS, id);
  }

  remove(id: string): void {
    this.db.run("DELETE FROM mcp_subscriptions WHERE session_id = ?", id);
    this.db.run("DELETE FROM mcp_sessions WHERE id = ?", id);
    this.scheduler.cancel(SESSION_JOB, id);
  }

  private countOf(owner: string): number {
    return this.db.one<Count>("SELECT owner, sessions FROM mcp_session_counts WHERE owner = ?", owner)?.sessions ?? 0;
  }

  private leastUsed(owner: string, isFollowed: (id: string) => boolean): string | null {
    const unused = this.db.all<{ id: string }>(
      `SELECT id FROM mcp_sessions WHERE owner = ?
       AND NOT EXISTS (SELECT 1 FROM mcp_calls WHERE session_id = mcp_sessions.id) ORDER BY expires_at LIMIT ?`,
      owner,
      LOOKED_AT_MAX,
    );
    return unused.find(({ id }) => !isFollowed(id))?.id ?? null;
  }

  /** Sessions past their end, whose job somehow did not run. */
  expired(now: number): string[] {
    return this.db.all<{ id: string }>("SELECT id FROM mcp_sessions WHERE expires_at <= ?", now).map(({ id }) => id);
  }
}

function tooMany(whose: string, limit: number): OperationError {
  return new OperationError("CONFLICT", `${whose} has ${limit} sessions, the most it can; end some (DELETE), or wait until they expire`, { limit });
}
