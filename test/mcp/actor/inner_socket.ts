import { vi } from "vitest";
import type { McpFrame } from "../../../src/domain/mcp/stream.ts";

type Frame<Type extends McpFrame["type"]> = Extract<McpFrame, { type: Type }>;

/** What the edge holds of a stream. */
export class InnerSocket {
  readonly frames: McpFrame[] = [];
  closed: { code: number; reason: string } | null = null;

  constructor(readonly socket: WebSocket) {
    socket.addEventListener("message", ({ data }) => void this.frames.push(JSON.parse(String(data)) as McpFrame));
    socket.addEventListener("close", ({ code, reason }) => void (this.closed ??= { code, reason }));
    socket.accept();
  }

  of<Type extends McpFrame["type"]>(type: Type): Frame<Type>[] {
    return this.frames.filter((frame): frame is Frame<Type> => frame.type === type);
  }

  async until<Type extends McpFrame["type"]>(type: Type, count = 1): Promise<Frame<Type>[]> {
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
}
