import type { Vault } from "../../../domain/context.ts";
import type { Database } from "../../../domain/database.ts";
import type { McpView } from "../../../domain/mcp/command.ts";
import type { McpObject, McpRequestId } from "../../../domain/mcp/message.ts";
import type { Scope } from "../../../domain/scopes.ts";
import type { Scheduler } from "../../core/scheduler.ts";
import type { AskedRequest } from "./asked_request.ts";
import { isOpen, type KeptCall, type OpenCall, type Progress } from "./kept_call.ts";

export const CALL_JOB = "mcp.call";

const COLUMNS =
  "id, owner, session_id, is_task, view, asked, status, subject, questions, progress, outcome, scopes, paid, created_at, updated_at, expires_at";

/** What is read of a row; the migration says which texts are sealed. */
interface CallRow {
  id: string;
  owner: string;
  session_id: string | null;
  is_task: number;
  view: string;
  asked: string | null;
  status: KeptCall["status"];
  subject: string | null;
  questions: string | null;
  progress: string | null;
  outcome: string | null;
  scopes: string;
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

  add(call: OpenCall): void {
    const { view, ...asked } = call.asked;
    this.db.run(
      `INSERT INTO mcp_calls (id, owner, session_id, request_id, is_task, view, asked, status, subject, questions, scopes, paid, created_at, updated_at, expires_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      call.id,
      call.owner,
      call.session_id,
      JSON.stringify(asked.request.id),
      call.is_task ? 1 : 0,
      JSON.stringify(view),
      this.seal(asked),
      call.status,
      call.subject,
      this.seal(call.questions),
      JSON.stringify(call.scopes),
      call.paid,
      call.created_at,
      call.updated_at,
      call.expires_at,
    );
  }

  /** Writes what changes of a call. One that is over keeps nothing that only its next step would read. */
  save(call: KeptCall): void {
    const over = !isOpen(call);
    this.db.run(
      `UPDATE mcp_calls SET asked = iif(?, NULL, asked), status = ?, subject = ?, questions = ?, progress = ?, outcome = ?, scopes = ?, paid = ?, updated_at = ?, expires_at = ?
       WHERE id = ?`,
      over ? 1 : 0,
      call.status,
      call.subject,
      over ? null : this.seal(call.questions),
      call.progress && JSON.stringify(call.progress),
      this.seal(call.outcome),
      JSON.stringify(call.scopes),
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
    const row = this.db.one<CallRow>(`SELECT ${COLUMNS} FROM mcp_calls WHERE id = ?`, id);
    return row ? this.toCall(row) : null;
  }

  statusOf(id: string): KeptCall["status"] | null {
    return this.db.one<Pick<CallRow, "status">>("SELECT status FROM mcp_calls WHERE id = ?", id)?.status ?? null;
  }

  /** A call that is not over. */
  findOpen(id: string): OpenCall | null {
    const call = this.find(id);
    return call && isOpen(call) ? call : null;
  }

  /** A session's open calls by the id that its client gave them: a client that uses an id twice means all of them. */
  openNamed(session_id: string, request_id: McpRequestId): OpenCall[] {
    const sql = `SELECT ${COLUMNS} FROM mcp_calls WHERE session_id = ? AND request_id = ? AND status IN ('asking', 'waiting')`;
    return this.db.all<CallRow>(sql, session_id, JSON.stringify(request_id)).map((row) => this.toCall(row) as OpenCall);
  }

  /** What a call's result was read with. */
  scopesOf(id: string): Scope[] {
    const row = this.db.one<Pick<CallRow, "scopes">>("SELECT scopes FROM mcp_calls WHERE id = ?", id);
    return row ? (JSON.parse(row.scopes) as Scope[]) : [];
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

  /** A session's calls, open or over, but for tasks, which outlive it. */
  saidBy(session_id: string): string[] {
    return this.db.all<{ id: string }>("SELECT id FROM mcp_calls WHERE session_id = ? AND is_task = 0", session_id).map(({ id }) => id);
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

  /** Removes an owner's calls that are over, except the latest. */
  removeOldest(owner: string, kept: number): void {
    const sql = "SELECT id FROM mcp_calls WHERE owner = ? AND status IN ('done', 'cancelled') ORDER BY updated_at DESC LIMIT -1 OFFSET ?";
    for (const { id } of this.db.all<{ id: string }>(sql, owner, kept)) this.remove(id);
  }

  /** Says something to the call's client. */
  say(id: string, message: McpObject): void {
    this.db.run(
      "INSERT INTO mcp_messages (call_id, n, message) SELECT ?, ifnull(max(n), 0) + 1, ? FROM mcp_messages WHERE call_id = ?",
      id,
      this.seal(message),
      id,
    );
  }

  /** What it said after the first `n` messages, each as JSON text. */
  saidAfter(id: string, n: number): { n: number; message: string }[] {
    const sql = "SELECT n, message FROM mcp_messages WHERE call_id = ? AND n > CAST(? AS INTEGER) ORDER BY n";
    return this.db.all<{ n: number; message: string }>(sql, id, n).map((said) => ({ ...said, message: this.vault.open(said.message) }));
  }

  countSaid(id: string): number {
    return this.db.one<{ count: number }>("SELECT count(*) AS count FROM mcp_messages WHERE call_id = ?", id)!.count;
  }

  private toCall({ view: view_text, asked, is_task, questions, progress, outcome, scopes, ...row }: CallRow): KeptCall {
    const view = JSON.parse(view_text) as McpView;
    const opened = this.open<Omit<AskedRequest, "view">>(asked);
    return {
      ...row,
      is_task: is_task === 1,
      view,
      asked: opened && { ...opened, view },
      questions: this.open(questions),
      progress: progress === null ? null : (JSON.parse(progress) as Progress),
      outcome: this.open(outcome),
      scopes: JSON.parse(scopes) as Scope[],
    };
  }

  private seal(value: object): string;
  private seal(value: object | null): string | null;
  private seal(value: object | null): string | null {
    return value && this.vault.seal(JSON.stringify(value));
  }

  private open<Value>(sealed: string | null): Value | null {
    return sealed === null ? null : (JSON.parse(this.vault.open(sealed)) as Value);
  }
}
