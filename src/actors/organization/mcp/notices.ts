import type { McpCommand, McpView } from "../../../domain/mcp/command.ts";
import type { Engine, Grant } from "../../core/engine.ts";
import { outOfView } from "./call_access.ts";
import type { CallStore } from "./call_store.ts";
import type { Calls } from "./calls.ts";
import type { ElicitedAnswers } from "./elicited_answers.ts";
import type { OpenCall } from "./kept_call.ts";

/** What a client, or the edge for it, tells of its calls. */
export type Notice = Extract<McpCommand, { type: "respond" | "cancel" | "abandon" }>;

/** Takes what is told and not asked. Whatever it is about may be over already: then it means nothing. */
export class Notices {
  constructor(
    private readonly engine: Engine,
    private readonly store: CallStore,
    private readonly calls: Calls,
    private readonly answers: ElicitedAnswers,
  ) {}

  /** `view`: what the client sees at the URL that it told this at. Throws OperationError where the call was made in a wider one. */
  take(notice: Notice, owner: string, view: McpView, grant: Grant, now: number): Promise<void> {
    if (notice.type === "respond") return this.answers.take(notice.session_id, view, notice, grant, now);
    return this.engine.turn(() => {
      const calls = notice.type === "cancel" ? this.store.openNamed(notice.session_id, notice.id) : this.abandoned(notice, owner);
      for (const call of calls) {
        const refused = outOfView(call, view);
        if (refused) throw refused;
      }
      for (const call of calls) this.calls.cancel(call, grant, now);
    });
  }

  private abandoned({ call_id, session_id }: Extract<Notice, { type: "abandon" }>, owner: string): OpenCall[] {
    const call = this.store.findOpen(call_id);
    return call?.owner === owner && call.session_id === session_id && !call.is_task ? [call] : [];
  }
}
