import type { Vault } from "../../../domain/context.ts";
import type { Database } from "../../../domain/database.ts";
import type { McpObject, McpRequestId } from "../../../domain/mcp/message.ts";
import type { Scheduler } from "../../core/scheduler.ts";
import type { AskedRequest, Sender } from "./asked_request.ts";
import type { KeptCall } from "./kept_call.ts";

export const CALL_JOB = "mcp.call";

interface CallRow {
  id: string;
  owner: string;
  is_task: number;
  sender: string;
  asked: string;
  status: KeptCall["status"];
  subject: string | null;
  questions: string | null;
  progress: string | null;
  outcome: string | null;
  paid: number;
  created_at: number;
  updated_at: number;
  expires_at: number;
}

/** Rows of calls and of what they said. Each has a job that looks after it and in the end forgets it. */
export class CallStore {
  constructor(
    private readonly db: Database,
    private readonly vault: Vault,
    private readonly scheduler: Scheduler,
  ) {}

  add(call: KeptCall): void {
    const { sender, ...asked } = call.asked;
    this.db.run(
      `INSERT INTO mcp_calls (id, owner, session_id, request_id, is_task, sender, asked, status, subject, questions, paid, created_at, updated_at, expires_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      call.id,
      call.owner,
      asked.request.session_id,
      JSON.stringify(asked.request.id),
      call.is_task ? 1 : 0,
      // An address is in it, which nobody else's eyes are for.
      this.vault.seal(JSON.stringify(sender)),
      JSON.stringify(asked),
      call.status,
      call.subject,
      toText(call.questions),
      call.paid,
      call.created_at,
      call.updated_at,
      call.expires_at,
    );
  }

  /** Writes what changes of a call. */
  save(call: KeptCall): void {
    this.db.run(
      "UPDATE mcp_calls SET status = ?, subject = ?, questions = ?, progress = ?, outcome = ?, paid = ?, updated_at = ?, expires_at = ? WHERE id = ?",
      call.status,
      call.subject,
      toText(call.questions),
      toText(call.progress),
      toText(call.outcome),
      call.paid,
      call.updated_at,
      call.expires_at,
      call.id,
    );
  }

  /** When its job looks at it. */
  lookAt(id: string, run_at_ms: number): void {
    this.scheduler.schedule({ kind: CALL_JOB, key: id, run_at_ms });
  }

  find(id: string): KeptCall | null {
    const row = this.db.one<CallRow>("SELECT * FROM mcp_calls WHERE id = ?", id);
    return row ? this.toCall(row) : null;
  }

  statusOf(id: string): KeptCall["status"] | null {
    return this.db.one<Pick<CallRow, "status">>("SELECT status FROM mcp_calls WHERE id = ?", id)?.status ?? null;
  }

  /** A session's open calls by the id that its client gave them: a client that uses an id twice means all of them. */
  openNamed(session_id: string, request_id: McpRequestId): KeptCall[] {
    const sql = "SELECT * FROM mcp_calls WHERE session_id = ? AND request_id = ? AND status IN ('asking', 'waiting')";
    return this.db.all<CallRow>(sql, session_id, JSON.stringify(request_id)).map((row) => this.toCall(row));
  }

  /** The open call of this id, in a list, if it is this owner's in this session; none otherwise. */
  ownOpen(id: string, owner: string, session_id: string | null): KeptCall[] {
    const sql = "SELECT * FROM mcp_calls WHERE id = ? AND owner = ? AND session_id IS ? AND is_task = 0 AND status IN ('asking', 'waiting')";
    return this.db.all<CallRow>(sql, id, owner, session_id).map((row) => this.toCall(row));
  }

  countOpen(owner: string): number {
    return this.db.one<{ count: number }>("SELECT count(*) AS count FROM mcp_calls WHERE owner = ? AND status IN ('asking', 'waiting')", owner)!
      .count;
  }

  waitingSubjects(): string[] {
    return this.db.all<{ subject: string }>("SELECT DISTINCT subject FROM mcp_calls WHERE status = 'waiting'").map(({ subject }) => subject);
  }

  waitingFor(subject: string): string[] {
    return this.db.all<{ id: string }>("SELECT id FROM mcp_calls WHERE subject = ? AND status = 'waiting'", subject).map(({ id }) => id);
  }

  openOf(session_id: string): string[] {
    const sql = "SELECT id FROM mcp_calls WHERE session_id = ? AND status IN ('asking', 'waiting')";
    return this.db.all<{ id: string }>(sql, session_id).map(({ id }) => id);
  }

  /** Calls whose time is over, whose job somehow did not run. */
  expired(before_ms: number): string[] {
    return this.db.all<{ id: string }>("SELECT id FROM mcp_calls WHERE expires_at <= ?", before_ms).map(({ id }) => id);
  }

  remove(id: string): void {
    this.db.run("DELETE FROM mcp_messages WHERE call_id = ?", id);
    this.db.run("DELETE FROM mcp_calls WHERE id = ?", id);
    this.scheduler.cancel(CALL_JOB, id);
  }

  /** Says something to the call's client. */
  say(id: string, message: McpObject): void {
    this.db.run(
      "INSERT INTO mcp_messages (call_id, n, message) SELECT ?, ifnull(max(n), 0) + 1, ? FROM mcp_messages WHERE call_id = ?",
      id,
      JSON.stringify(message),
      id,
    );
  }

  saidAfter(id: string, n: number): { n: number; message: string }[] {
    return this.db.all("SELECT n, message FROM mcp_messages WHERE call_id = ? AND n > CAST(? AS INTEGER) ORDER BY n", id, n);
  }

  countSaid(id: string): number {
    return this.db.one<{ count: number }>("SELECT count(*) AS count FROM mcp_messages WHERE call_id = ?", id)!.count;
  }

  private toCall({ sender, asked, is_task, questions, progress, outcome, ...row }: CallRow): KeptCall {
    return {
      ...row,
      is_task: is_task === 1,
      asked: { ...(JSON.parse(asked) as Omit<AskedRequest, "sender">), sender: JSON.parse(this.vault.open(sender)) as Sender },
      questions: fromText(questions),
      progress: fromText(progress),
      outcome: fromText(outcome),
    };
  }
}

function toText(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value);
}

function fromText<Value>(text: string | null): Value | null {
  return text === null ? null : (JSON.parse(text) as Value);
}
