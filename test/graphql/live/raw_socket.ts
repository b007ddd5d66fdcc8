import { vi } from "vitest";
import { openSocket } from "./clients.ts";

export interface Sent {
  type: string;
  id?: string;
  payload?: unknown;
}

/** A client that says exactly what it is told, right or wrong. */
export class RawSocket {
  readonly messages: Sent[] = [];
  closed: { code: number; reason: string } | null = null;

  private constructor(
    readonly socket: WebSocket,
    readonly response: Response,
  ) {
    socket.addEventListener("message", ({ data }) => void this.messages.push(JSON.parse(String(data)) as Sent));
    socket.addEventListener("close", ({ code, reason }) => void (this.closed ??= { code, reason }));
    socket.accept();
  }

  static async open(protocol?: string | null, headers?: Record<string, string>): Promise<RawSocket> {
    const { socket, response } = await openSocket(protocol, headers);
    return new RawSocket(socket, response);
  }

  /** Connected and acknowledged. */
  static async joined(key: string): Promise<RawSocket> {
    const raw = await RawSocket.open();
    raw.send({ type: "connection_init", payload: { Authorization: `Bearer ${key}` } });
    await raw.until("connection_ack");
    return raw;
  }

  send(message: unknown): void {
    this.socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  subscribe(id: string, query: string, variables?: Record<string, unknown>): void {
    this.send({ id, type: "subscribe", payload: { query, variables } });
  }

  of(type: string, id?: string): Sent[] {
    return this.messages.filter((message) => message.type === type && (id === undefined || message.id === id));
  }

  async until(type: string, count = 1, id?: string): Promise<Sent[]> {
    await vi.waitFor(
      () => {
        if (this.of(type, id).length < count)
          throw new Error(
            `${this.of(type, id).length} of ${count} ${type}: ${JSON.stringify(this.messages.slice(-3))} ${JSON.stringify(this.closed)}`,
          );
      },
      { timeout: 5_000, interval: 5 },
    );
    return this.of(type, id);
  }

  async untilClosed(timeout = 5_000): Promise<{ code: number; reason: string }> {
    return vi.waitUntil(() => this.closed, { timeout, interval: 5 });
  }

  close(): void {
    this.socket.close(1000, "done");
  }
}
