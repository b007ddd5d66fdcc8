import { errorLine } from "../../../domain/error_line.ts";
import { toMcpError } from "../../../domain/mcp/failure.ts";
import { MINUTE_MS } from "../../../domain/time.ts";
import type { LoggedEvent } from "../../core/journal.ts";
import type { LaterAuthority } from "../later_authority.ts";
import type { OrganizationState } from "../state.ts";
import type { CallStore } from "./call_store.ts";
import { ASKING_MS, nextLookAt } from "./call_times.ts";
import type { Calls } from "./calls.ts";
import { isOpen, type KeptCall } from "./kept_call.ts";

/** Looks after calls that go on: when an event is about what they wait for, when their time is over, and after a start, when something may have happened unseen. */
export class WaitingCalls {
  /** What calls wait for, and perhaps more; null: not read yet. */
  private subjects: Set<string> | null = null;
  /** What calls wait for and events were about. */
  private readonly moved_subjects = new Set<string>();
  private scheduled = false;

  constructor(
    private readonly state: OrganizationState,
    private readonly store: CallStore,
    private readonly calls: Calls,
    private readonly authority: LaterAuthority,
  ) {}

  /** A call waits for this. */
  note(subject: string): void {
    this.subjects?.add(subject);
  }

  /** Whatever calls wait for may have happened, or their clients' authority may have changed: all are looked at. */
  wake(): void {
    for (const subject of this.waited) this.moved_subjects.add(subject);
    this.schedule();
  }

  /** Events of a commit: the calls that wait for them are looked at a moment later, so that no writer waits for readers. */
  notice(events: readonly LoggedEvent[]): void {
    for (const { subject } of events) if (this.waited.has(subject)) this.moved_subjects.add(subject);
    this.schedule();
  }

  /** A call's job: looks after it, and says when again. */
  async isDue(id: string): Promise<{ run_again_at_ms: number } | undefined> {
    await this.look(id);
    const call = this.store.find(id);
    if (!call) return undefined;
    const now = Date.now();
    if (call.expires_at <= now && !isOpen(call)) {
      this.state.transaction(() => this.store.remove(id));
      return undefined;
    }
    return { run_again_at_ms: call.status === "waiting" ? nextLookAt(call, now) : call.expires_at };
  }

  /** Its client left for good: without a session, leaving is how a call is cancelled. Its work is left alone where nobody can say whether the client may still cancel it. */
  async abandon(id: string): Promise<void> {
    const left = this.store.findOpen(id);
    if (!left) return;
    const grant = await this.authority.grantOf(left.asked.sender).catch((error: unknown) => {
      console.error(errorLine({ call_id: id }, error));
      return null;
    });
    await this.state.core.engine.turn(() => {
      const call = this.state.erased ? null : this.store.findOpen(id);
      if (call) this.calls.cancel(call, grant && "failure" in grant ? null : grant, Date.now());
    });
  }

  private get waited(): Set<string> {
    this.subjects ??= new Set(this.store.waitingSubjects());
    return this.subjects;
  }

  private schedule(): void {
    if (this.scheduled || this.moved_subjects.size === 0) return;
    this.scheduled = true;
    setTimeout(() => {
      this.scheduled = false;
      if (!this.state.erased) void this.lookAtMoved();
    }, 0);
  }

  /** Never throws: what fails here, the calls' jobs do again. */
  private async lookAtMoved(): Promise<void> {
    const subjects = [...this.moved_subjects];
    this.moved_subjects.clear();
    for (const subject of subjects) {
      try {
        await this.lookAtAll(subject);
      } catch (error) {
        console.error(errorLine({ subject }, error));
      }
      if (this.state.erased) return;
    }
  }

  private async lookAtAll(subject: string): Promise<void> {
    const ids = this.store.waitingFor(subject);
    if (ids.length === 0) this.waited.delete(subject);
    for (const id of ids) {
      await this.look(id).catch((error: unknown) => console.error(errorLine({ call_id: id }, error)));
      if (this.state.erased) return;
    }
  }

  /** One step of a call, as its client, whom it is over for if it has no authority any more. */
  private async look(id: string): Promise<void> {
    const asked = this.store.findOpen(id);
    if (!asked) return;
    const grant = await this.authority.grantOf(asked.asked.sender);
    const call = this.state.erased ? null : this.store.findOpen(id);
    if (!call) return;
    const now = Date.now();
    if ("failure" in grant) this.calls.end(call, { error: toMcpError(grant.failure) }, now);
    else if (call.status === "waiting") this.calls.look(call, grant, now);
    else if (call.expires_at <= now) this.calls.end(call, { error: nobodyAnswered(call) }, now);
  }
}

function nobodyAnswered({ questions }: KeptCall) {
  const message = `Nobody answered within ${ASKING_MS / MINUTE_MS} minutes, so nothing was done; call again`;
  return toMcpError({ code: "GONE", message, details: { asked: Object.keys(questions!.requests) } });
}
