import { exports } from "cloudflare:workers";
import { createParser, type EventSourceMessage } from "eventsource-parser";
import { BASE_URL } from "../support/api.ts";

/** A client of the event stream, by a real parser of server-sent events. */
export class EventStream {
  readonly events: EventSourceMessage[] = [];
  ended = false;
  private waiting: (() => void)[] = [];

  private constructor(
    readonly response: Response,
    private readonly reader: ReadableStreamDefaultReader<Uint8Array>,
  ) {
    const parser = createParser({ onEvent: (event) => this.events.push(event) });
    const decoder = new TextDecoder();
    void (async () => {
      for (;;) {
        const { done, value } = await reader.read().catch(() => ({ done: true, value: undefined }));
        if (value) parser.feed(decoder.decode(value, { stream: true }));
        this.ended ||= done;
        for (const wake of this.waiting.splice(0)) wake();
        if (done) return;
      }
    })();
  }

  static async open(key: string, query = "", headers: Record<string, string> = {}): Promise<EventStream> {
    const response = await exports.default.fetch(
      new Request(`${BASE_URL}/api/v1/events${query}`, { headers: { Authorization: `Bearer ${key}`, ...headers } }),
    );
    if (!response.body || response.status !== 200) throw new Error(`no stream: ${response.status} ${await response.text()}`);
    return new EventStream(response, response.body.getReader());
  }

  /** Resolves once so many events of this kind came; fails when they do not within five seconds. */
  async until(count: number, event: string | null = null): Promise<EventSourceMessage[]> {
    const found = (): EventSourceMessage[] => this.events.filter((message) => (event === null ? message.event !== "ready" : message.event === event));
    const deadline = Date.now() + 5_000;
    while (found().length < count) {
      if (Date.now() > deadline || this.ended)
        throw new Error(`got ${JSON.stringify(this.events.map(({ event: name, id }) => [name, id]))}${this.ended ? ", then the end" : ""}`);
      await Promise.race([new Promise<void>((resolve) => this.waiting.push(resolve)), new Promise((resolve) => setTimeout(resolve, 50))]);
    }
    return found();
  }

  async untilEnd(): Promise<void> {
    for (const deadline = Date.now() + 5_000; !this.ended;) {
      if (Date.now() > deadline) throw new Error("the stream did not end");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async close(): Promise<void> {
    await this.reader.cancel().catch(() => {});
  }
}
