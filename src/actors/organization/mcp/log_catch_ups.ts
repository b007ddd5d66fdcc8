import { errorLine } from "../../../domain/error_line.ts";
import { latestSequence, reaches } from "../../../domain/events/log.ts";
import type { McpExecutor } from "../../../domain/mcp/executor.ts";
import { parseEventId } from "../../../domain/mcp/stream.ts";
import type { OrganizationState } from "../state.ts";
import type { Follower } from "./follower.ts";
import type { Followers } from "./followers.ts";
import { readChanges } from "./log_reader.ts";

/** Events that are read for a stream that comes back, which costs nothing; who was away for longer is told that everything may have changed. */
const CATCH_UP_MAX = 5_000;

/** Brings sessions' streams that come back from their place in the log to the present: what changed on the way is told once. */
export class LogCatchUps {
  private readonly running = new Set<Follower>();

  constructor(
    private readonly state: OrganizationState,
    private readonly executor: McpExecutor,
    private readonly followers: Followers,
    private readonly tellSoon: (follower: Follower) => void,
  ) {}

  /** Goes on where the client was, or where that is too far back or the log does not reach there, tells that everything may have changed. */
  begin(follower: Follower, after: string): void {
    const { db } = this.state.core;
    const latest = latestSequence(db);
    const place = parseEventId(after);
    const known = place?.kind === "session" && latest - place.sequence <= CATCH_UP_MAX && reaches(db, { sequence: place.sequence, index: null });
    if (known) follower.state.place = place.sequence;
    else follower.noteAll();
    follower.save();
    follower.send({ type: "ready", id: follower.placeId(latest) });
    if (known) void this.run(follower);
    else this.tellSoon(follower);
  }

  /** Reads page by page, in turns of their own, and lets the stream go live in the turn in which nothing more is found: so there is no gap. */
  async run(follower: Follower): Promise<void> {
    if (this.running.has(follower)) return;
    this.running.add(follower);
    try {
      while (follower.isOpen && this.followers.has(follower) && !this.state.erased) {
        const page = readChanges(this.state.core.db, this.executor, follower.state.place!, follower.grant!.principal);
        if (!page) {
          follower.state.place = null;
          follower.save();
          this.tellSoon(follower);
          return;
        }
        follower.note(page.changes);
        follower.state.place = page.end;
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
    } catch (error) {
      console.error(errorLine({ request_id: follower.opening.request_id }, error));
      this.followers.close(follower, { code: 1011, reason: "The log cannot be read; connect again" });
    } finally {
      this.running.delete(follower);
    }
  }
}
