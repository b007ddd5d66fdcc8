import { exports } from "cloudflare:workers";
import { createClient, type Client, type ClientOptions, type SubscribePayload } from "graphql-ws";
import { createClient as createSseClient, type Client as SseClient } from "graphql-sse";
import { vi } from "vitest";
import { BASE_URL } from "../../support/api.ts";

const PROTOCOL = "graphql-transport-ws";

/** A WebSocket to the running Worker, with headers that a browser could not send. */
export async function openSocket(
  protocol: string | null = PROTOCOL,
  headers: Record<string, string> = {},
): Promise<{ socket: WebSocket; response: Response }> {
  const response = await exports.default.fetch(
    new Request(`${BASE_URL}/graphql`, {
      headers: { ...headers, Upgrade: "websocket", ...(protocol === null ? {} : { "Sec-WebSocket-Protocol": protocol }) },
    }),
  );
  const socket = response.webSocket;
  if (!socket) throw new Error(`no socket: ${response.status} ${await response.text()}`);
  return { socket, response };
}

/** The WebSocket class that a client library is given: the browser's interface over `openSocket`. */
export function webSocketClass(headers: Record<string, string> = {}) {
  return class {
    static readonly CONNECTING = 0;
    static readonly OPEN = 1;
    static readonly CLOSING = 2;
    static readonly CLOSED = 3;
    readyState = 0;
    onopen: (() => void) | null = null;
    onmessage: ((event: { data: unknown }) => void) | null = null;
    onclose: ((event: { code: number; reason: string; wasClean: boolean }) => void) | null = null;
    onerror: ((error: unknown) => void) | null = null;
    private socket: WebSocket | null = null;

    constructor(_url: string, protocol: string) {
      void this.open(protocol);
    }

    private async open(protocol: string): Promise<void> {
      try {
        const { socket } = await openSocket(protocol, headers);
        this.socket = socket;
        socket.addEventListener("message", ({ data }) => this.onmessage?.({ data }));
        socket.addEventListener("close", (event) => this.ended(event));
        socket.accept();
        this.readyState = 1;
        this.onopen?.();
      } catch (error) {
        this.onerror?.(error);
        this.ended({ code: 1006, reason: String(error), wasClean: false });
      }
    }

    private ended({ code, reason, wasClean }: { code: number; reason: string; wasClean: boolean }): void {
      if (this.readyState === 3) return;
      this.readyState = 3;
      this.onclose?.({ code, reason, wasClean });
    }

    send(text: string): void {
      this.socket!.send(text);
    }

    close(code?: number, reason?: string): void {
      if (this.readyState >= 2) return;
      this.readyState = 2;
      this.socket?.close(code, reason);
    }
  };
}

export interface Answer {
  data?: Record<string, unknown> | null;
  errors?: { message: string; extensions: { code: string; details: Record<string, unknown> } }[];
  extensions?: Record<string, unknown>;
}

/** What one operation of a client brought. */
export class Received {
  readonly answers: Answer[] = [];
  error: unknown = null;
  completed = false;
  stop: () => void = () => {};

  readonly sink = {
    next: (answer: unknown): void => void this.answers.push(answer as Answer),
    error: (error: unknown): void => void (this.error = error),
    complete: (): void => void (this.completed = true),
  };

  /** Values of the one root field. */
  values(): unknown[] {
    return this.answers.map(({ data }) => Object.values(data ?? {})[0]);
  }

  async until(count: number): Promise<Answer[]> {
    await vi.waitFor(
      () => {
        if (this.answers.length < count)
          throw new Error(
            `${this.answers.length} of ${count}: ${JSON.stringify({ answers: this.answers.slice(-3), error: this.error, completed: this.completed })}`,
          );
      },
      { timeout: 5_000, interval: 5 },
    );
    return this.answers;
  }

  async untilOver(): Promise<this> {
    await vi.waitUntil(() => this.completed || this.error !== null, { timeout: 8_000, interval: 5 });
    return this;
  }
}

/** graphql-ws's own client, which authenticates by `connection_init` as a browser must. */
export function wsClient(key: string | null, options: Partial<ClientOptions> = {}, headers: Record<string, string> = {}): Client {
  return createClient({
    url: "ws://crow.test/graphql",
    webSocketImpl: webSocketClass(headers),
    retryAttempts: 0,
    ...(key === null ? {} : { connectionParams: { Authorization: `Bearer ${key}` } }),
    ...options,
  });
}

/** graphql-sse's own client in distinct connections mode. */
export function sseClient(key: string, headers: Record<string, string> = {}): SseClient {
  return createSseClient({
    url: `${BASE_URL}/graphql`,
    headers: { Authorization: `Bearer ${key}`, ...headers },
    fetchFn: (url: string, init: RequestInit) =>
      exports.default.fetch(new Request(url, { method: init.method!, headers: init.headers!, body: init.body ?? null, signal: init.signal! })),
    retryAttempts: 0,
  });
}

export function follow(client: Client | SseClient, payload: SubscribePayload | string): Received {
  const received = new Received();
  const request = typeof payload === "string" ? { query: payload } : payload;
  received.stop = (client as Client).subscribe(request, received.sink);
  return received;
}

/** Long enough for a subscription to be live, or for what should not come to have come. */
export function pause(ms = 100): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
