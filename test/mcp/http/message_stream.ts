import { createParser, type EventSourceMessage } from "eventsource-parser";
import { vi } from "vitest";
import { raw, type Sending } from "./support.ts";

/** A JSON-RPC message, and the place of its event. */
export interface Told {
  id: string | undefined;
  message: {
    id?: string | number;
    method?: string;
    params?: Record<string, unknown>;
    result?: Record<string, unknown>;
    error?: { code: number; data?: { code?: string } };
  };
}

/** A client of a stream of messages, by a real parser of server-sent events. */
export class MessageStream {
  readonly events: EventSourceMessage[] = [];
  retry_ms: number | null = null;
  comments = 0;
  ended = false;

  private constructor(
    readonly response: Response,
    private readonly reader: ReadableStreamDefaultReader<Uint8Array>,
  ) {
    void this.read();
  }

  static of(response: Response): MessageStream {
    if (response.headers.get("Content-Type") !== "text/event-stream" || !response.body)
      throw new Error(`no stream: ${response.status} ${response.headers.get("Content-Type")}`);
    return new MessageStream(response, response.body.getReader());
  }

  /** A session's own stream, or with `Last-Event-ID` what follows a place. */
  static async get(session_id: string, sending: Sending): Promise<MessageStream> {
    const headers = { Accept: "text/event-stream", "Mcp-Session-Id": session_id, ...sending.headers };
    return MessageStream.of(await raw("GET", undefined, { ...sending, headers }));
  }

  static async post(message: unknown, sending: Sending): Promise<MessageStream> {
    const headers = { Accept: "application/json, text/event-stream", "Content-Type": "application/json", ...sending.headers };
    return MessageStream.of(await raw("POST", message, { ...sending, headers }));
  }

  /** Messages so far; events without data are none. */
  get told(): Told[] {
    return this.events.filter(({ data }) => data !== "").map(({ id, data }) => ({ id, message: JSON.parse(data) as Told["message"] }));
  }

  get methods(): (string | undefined)[] {
    return this.told.map(({ message }) => message.method);
  }

  /** Resolves with the messages that are so, once there is one. */
  async until(is_so: (told: Told) => boolean): Promise<Told> {
    return vi.waitFor(
      () => {
        const found = this.told.find(is_so);
        if (!found) throw new Error(`told ${JSON.stringify(this.told)}${this.ended ? ", then the end" : ""}`);
        return found;
      },
      { timeout: 10_000, interval: 10 },
    );
  }

  untilEnd(): Promise<boolean> {
    return vi.waitUntil(() => this.ended, { timeout: 10_000, interval: 10 });
  }

  async untilPrimed(): Promise<string> {
    const event = await vi.waitUntil(() => this.events.find(({ id }) => id !== undefined), { timeout: 10_000, interval: 10 });
    return event.id!;
  }

  async leave(): Promise<void> {
    await this.reader.cancel().catch(() => undefined);
  }

  private async read(): Promise<void> {
    const parser = createParser({
      onEvent: (event) => this.events.push(event),
      onRetry: (retry_ms) => (this.retry_ms = retry_ms),
      onComment: () => (this.comments += 1),
    });
    const decoder = new TextDecoder();
    for (;;) {
      const { done, value } = await this.reader.read().catch(() => ({ done: true, value: undefined }));
      if (value) parser.feed(decoder.decode(value, { stream: true }));
      if (done) break;
    }
    this.ended = true;
  }
}
