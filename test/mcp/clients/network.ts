import { vi } from "vitest";
import { fetchWorker } from "../http/support.ts";

/** After a stream that ends a client waits as long as the server says; here no test learns anything from seconds. */
const RETRY_LINE = /^retry: \d+$/m;
const SOON = "retry: 50";

/** One HTTP request of a client. */
export interface Exchange {
  http_method: string;
  /** What it posted: a method, or "answer" for what answers the server. */
  message: string | null;
  last_event_id: string | null;
  /** Null while nothing came back. */
  status: number | null;
}

/** What lies between a client and the Worker. What went over it can be looked at, and it can break. */
export class Network {
  readonly exchanges: Exchange[] = [];
  /** Changes the text of JSON answers on their way. */
  tamper: ((text: string) => string) | null = null;
  private readonly lines = new Map<() => void, () => void>();

  readonly fetch = async (url: string | URL, init: RequestInit = {}): Promise<Response> => {
    const exchange: Exchange = {
      http_method: init.method ?? "GET",
      message: messageOf(init.body),
      last_event_id: new Headers(init.headers).get("Last-Event-ID"),
      status: null,
    };
    this.exchanges.push(exchange);
    const response = await fetchWorker(url, init);
    exchange.status = response.status;
    if (this.tamper && response.headers.get("Content-Type") === "application/json") return new Response(this.tamper(await response.text()), response);
    return response.body ? new Response(this.through(response.body, init.signal ?? null), response) : response;
  };

  /** Streams that the server has not ended. */
  get open(): number {
    return this.lines.size;
  }

  /** Every open answer breaks off. */
  cut(): void {
    for (const breakOff of this.lines.keys()) breakOff();
  }

  /** Every open answer ends, as the server ends it after a while. */
  finish(): void {
    for (const finish of this.lines.values()) finish();
  }

  of(http_method: string, message: string | null = null): Exchange[] {
    return this.exchanges.filter((exchange) => exchange.http_method === http_method && exchange.message === message);
  }

  /** A session's own stream is open: from here on nothing is missed. */
  async untilFollowing(): Promise<void> {
    await vi.waitUntil(() => this.of("GET").some(({ status }) => status === 200), { timeout: 15_000, interval: 10 });
  }

  private through(source: ReadableStream<Uint8Array>, signal: AbortSignal | null): ReadableStream<Uint8Array> {
    const reader = source.getReader();
    const lines = this.lines;
    const [decoder, encoder] = [new TextDecoder(), new TextEncoder()];
    let breakOff = (): void => {};
    return new ReadableStream<Uint8Array>({
      start(controller) {
        const stop = (end: () => void): void => {
          if (!lines.delete(breakOff)) return;
          end();
          void reader.cancel().catch(() => undefined);
        };
        breakOff = () => stop(() => controller.error(new TypeError("network connection lost")));
        lines.set(breakOff, () => stop(() => controller.close()));
        signal?.addEventListener("abort", () => stop(() => controller.error(signal.reason)));
      },
      async pull(controller) {
        const { done, value } = await reader.read().catch(() => ({ done: true, value: undefined }));
        if (!lines.has(breakOff)) return;
        if (value) controller.enqueue(encoder.encode(decoder.decode(value, { stream: true }).replace(RETRY_LINE, SOON)));
        if (!done) return;
        lines.delete(breakOff);
        controller.close();
      },
      cancel() {
        lines.delete(breakOff);
        return reader.cancel();
      },
    });
  }
}

function messageOf(body: unknown): string | null {
  if (typeof body !== "string") return null;
  const { method } = JSON.parse(body) as { method?: string };
  return method ?? "answer";
}
