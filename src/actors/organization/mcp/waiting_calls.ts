import { errorLine } from "../../../domain/error_line.ts";
import type { Failure } from "../../../domain/errors.ts";
import { toMcpError } from "../../../domain/mcp/failure.ts";
import { MINUTE_MS } from "../../../domain/time.ts";
import type { Grant } from "../../core/engine.ts";
import type { LoggedEvent } from "../../core/journal.ts";
import type { OrganizationState } from "../state.ts";
import type { Sender } from "./asked_request.ts";
import type { CallStore } from "./call_store.ts";
import { ASKING_MS, LOOK_MS, type Calls } from "./calls.ts";
import { isOpen, type KeptCall } from "./kept_call.ts";

/** Asks whoever decides on a credential: this actor, or for a sandbox the live one. Throws where that cannot be reached. */
export type Authenticate = (sender: Sender) => Promise<Grant | { failure: Failure }>;

/** Looks after calls that go on: when an event is about what they wait for, when their time is over, and after a start, when something may have happened unseen. */
export class WaitingCalls {
  /** What calls wait for, and perhaps more; null: not read yet. */
  private subjects: Set<string> | null = null;
  private readonly moved = new Set<string>();
  private scheduled = false;

  constructor(
    private readonly state: OrganizationState,
    private readonly store: CallStore,
    private readonly calls: Calls,
    private readonly authenticate: Authenticate,
  ) {
    calls.onWait = (subject) => void this.subjects?.add(subject);
  }

  /** After the actor came to life: what was told while nobody listened is looked at. */
  wake(): void {
    for (const subject of this.waited) this.moved.add(subject);
    this.schedule();
  }

  /** Events of a commit: the calls that wait for them are looked at a moment later, so that no writer waits for readers. */
  notice(events: readonly LoggedEvent[]): void {
    for (const { subject } of events) if (this.waited.has(subject)) this.moved.add(subject);
    this.schedule();
  }

  /** Everybody's authority is looked at again. */
  authorityChanged(): void {
    this.wake();
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
    return { run_again_at_ms: call.status === "waiting" ? Math.min(call.expires_at, now + LOOK_MS) : call.expires_at };
  }

  /** Its client left for good: without a session, leaving is how a call is cancelled. */
  async abandon(id: string): Promise<void> {
    const left = this.store.find(id);
    if (!left || !isOpen(left)) return;
    const grant = await this.authenticate(withoutEnd(left.asked.sender));
    await this.state.core.engine.turn(() => {
      const call = this.state.erased ? null : this.store.find(id);
      if (call && isOpen(call)) this.calls.cancel(call, "failure" in grant ? null : grant, Date.now());
    });
  }

  private get waited(): Set<string> {
    this.subjects ??= new Set(this.store.waitingSubjects());
    return this.subjects;
  }

  private schedule(): void {
    if (this.scheduled || this.moved.size === 0) return;
    this.scheduled = true;
    setTimeout(() => {
      this.scheduled = false;
      if (!this.state.erased) void this.lookAtMoved();
    }, 0);
  }

  private async lookAtMoved(): Promise<void> {
    const subjects = [...this.moved];
    this.moved.clear();
    for (const subject of subjects) {
      const ids = this.store.waitingFor(subject);
      if (ids.length === 0) this.waited.delete(subject);
      for (const id of ids) {
        // Its job looks again.
        await this.look(id).catch((error: unknown) => console.error(errorLine({ call_id: id }, error)));
        if (this.state.erased) return;
      }
    }
  }

  /** One step of a call, as its client, whom it is over for if it has no authority any more. */
  private async look(id: string): Promise<void> {
    const asked = this.store.find(id);
    if (!asked || !isOpen(asked)) return;
    const grant = await this.authenticate(withoutEnd(asked.asked.sender));
    const call = this.state.erased ? null : this.store.find(id);
    if (!call || !isOpen(call)) return;
    const now = Date.now();
    if ("failure" in grant) this.calls.end(call, { error: toMcpError(grant.failure) }, now);
    else if (call.status === "waiting") this.calls.look(call, grant, now);
    else if (call.expires_at <= now) this.calls.end(call, { error: nobodyAnswered(call) }, now);
  }
}

/**
 * A token's own end does not end what was begun with it: whoever reads the result shows a new one. Its grant, client and member must still hold.
 */
function withoutEnd(sender: Sender): Sender {
  const { credential } = sender;
  return credential.kind === "access_token" ? { ...sender, credential: { ...credential, expires_at_ms: Infinity } } : sender;
}

function nobodyAnswered({ questions }: KeptCall) {
  const message = `Nobody answered within ${ASKING_MS / MINUTE_MS} minutes, so nothing was done; call again`;
  return toMcpError({ code: "GONE", message, details: { asked: Object.keys(questions!.requests) } });
}
