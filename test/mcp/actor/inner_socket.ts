import { vi } from "vitest";
import type { McpChange, McpFrame } from "../../../src/domain/mcp/stream.ts";

/** As frames come, but for changes, of which one frame has several: each by itself. */
type Told = Exclude<McpFrame, { type: "changes" }> | { type: "change"; id: string | null; change: McpChange };
type Frame<Type extends Told["type"]> = Extract<Told, { type: Type }>;

/** What the edge holds of a stream. */
export class InnerSocket {
  readonly frames: Told[] = [];
  /** How many frames came with changes. */
  rounds = 0;
  closed: { code: number; reason: string } | null = null;

  constructor(readonly socket: WebSocket) {
    socket.addEventListener("message", ({ data }) => this.take(JSON.parse(String(data)) as McpFrame));
    socket.addEventListener("close", ({ code, reason }) => void (this.closed ??= { code, reason }));
    socket.accept();
  }

  of<Type extends Told["type"]>(type: Type): Frame<Type>[] {
    return this.frames.filter((frame): frame is Frame<Type> => frame.type === type);
  }

  async until<Type extends Told["type"]>(type: Type, count = 1): Promise<Frame<Type>[]> {
    await vi.waitFor(
      () => {
        if (this.of(type).length < count)
          throw new Error(`${this.of(type).length} of ${count} ${type}: ${JSON.stringify(this.frames)} ${JSON.stringify(this.closed)}`);
      },
      { timeout: 5_000, interval: 5 },
    );
    return this.of(type);
  }

  untilClosed(): Promise<{ code: number; reason: string }> {
    return vi.waitUntil(() => this.closed, { timeout: 5_000, interval: 5 });
  }

  close(): void {
    this.socket.close(1000, "done");
  }

  private take(frame: McpFrame): void {
    if (frame.type !== "changes") {
      this.frames.push(frame);
      return;
    }
    this.rounds += 1;
    for (const change of frame.changes) this.frames.push({ type: "change", id: frame.id, change });
  }
}
