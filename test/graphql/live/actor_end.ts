import { vi } from "vitest";
import { writeLiveFrame, type LiveFrameKind, type LiveRequest } from "../../../src/domain/live.ts";

/** The actor's end of an inner socket. */
export class ActorEnd {
  readonly asked: LiveRequest[] = [];
  closed = false;
  private readonly pair = new WebSocketPair();
  readonly edge_end = this.pair[0];

  constructor() {
    this.pair[1].accept();
    this.pair[1].addEventListener("close", () => void (this.closed = true));
    this.pair[1].addEventListener("message", ({ data }) => void this.asked.push(JSON.parse(String(data)) as LiveRequest));
  }

  send(kind: LiveFrameKind, n: number, id: string | null, payload = "null"): void {
    this.pair[1].send(writeLiveFrame(kind, n, id, payload));
  }

  close(code: number): void {
    this.pair[1].close(code, "over");
  }

  async until(count: number): Promise<LiveRequest[]> {
    await vi.waitUntil(() => this.asked.length >= count, { interval: 1 });
    return this.asked;
  }
}
