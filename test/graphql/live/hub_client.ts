import { env } from "cloudflare:workers";
import { vi } from "vitest";
import { actorOf } from "../../../src/actors/rpc.ts";
import { parseApiKey } from "../../../src/actors/secrets/api_key_format.ts";
import type { Document, LiveAnswer, LiveQuery } from "../../../src/domain/documents.ts";
import { matchesType, type Event } from "../../../src/domain/events/event.ts";
import { readLiveFrame, type LiveFrame, type LiveRequest } from "../../../src/domain/live.ts";
import { openLive } from "../../../src/edge/graphql/open_live.ts";
import { graphqlExecutor } from "../../../src/protocols/graphql/executor.ts";

/** A subscription of the tests' own language: what it follows, as JSON in the document's text. */
export interface Followed {
  kind?: "events" | "state";
  types?: string[];
  scope?: LiveQuery["scope"];
  per_credential?: boolean;
  follows_usage?: boolean;
  interval_ms?: number;
  /** Events of this type are the last. */
  last?: string;
  after?: string;
}

/** How often the subscriptions of the tests' own language made answers: `tell` and `show`. */
export const executions = { tell: 0, show: 0 };

/** Has the actors read the tests' own language instead of GraphQL, so that the hub is seen alone. */
export function speakTestLanguage(): void {
  vi.spyOn(graphqlExecutor, "subscription").mockImplementation(({ query }: Document): LiveQuery => {
    const { kind = "events", types = ["*"], last, after = null, ...rest } = JSON.parse(query) as Followed;
    const answer = ({ id, type, data }: Event): LiveAnswer => ({
      id,
      ...answerOf({ id, type, title: (data as { title?: string }).title }),
      final: type === last,
    });
    return {
      scope: "products:read",
      kind,
      per_credential: false,
      follows_usage: false,
      interval_ms: 0,
      ...rest,
      after,
      concerns: (type) => matchesType(types, type),
      tell(events) {
        executions.tell += 1;
        return events.map(answer);
      },
      show(host, sequence) {
        executions.show += 1;
        const outcome = host.call({ operation: "products.list", input: { limit: 100 } });
        const count = outcome.ok ? (outcome.value as { data: unknown[] }).data.length : -1;
        return { id: String(sequence), ...answerOf(rest.follows_usage ? { count, shown: executions.show } : { count }), final: false };
      },
    };
  });
}

function answerOf(data: unknown): Pick<LiveAnswer, "json" | "content_length"> {
  const json = JSON.stringify({ data });
  return { json, content_length: json.length };
}

/** One inner socket, as the edge holds it. */
export class HubClient {
  readonly frames: LiveFrame[] = [];
  closed: { code: number; reason: string } | null = null;
  private next_n = 1;

  private constructor(private readonly socket: WebSocket) {
    socket.addEventListener("message", ({ data }) => void this.frames.push(readLiveFrame(String(data))));
    socket.addEventListener("close", ({ code, reason }) => void (this.closed ??= { code, reason }));
    socket.accept();
  }

  static async open(key: string, schema_hash = graphqlExecutor.schema_hash): Promise<HubClient> {
    const credential = parseApiKey(key, env.CROW_SECRET)!;
    const opening = {
      credential,
      protocol: "graphql",
      request_id: "req_test",
      ip: null,
      origin: null,
      base_url: "http://crow.test",
      schema_hash,
    };
    const socket = await openLive(env, opening, actorOf(credential));
    if ("failure" in socket) throw new Error(socket.failure.code);
    return new HubClient(socket);
  }

  ask(request: LiveRequest): void {
    this.socket.send(JSON.stringify(request));
  }

  subscribe(followed: Followed, after: string | null = null, resumed = false): number {
    return this.subscribeTo(JSON.stringify(followed), after, resumed);
  }

  subscribeTo(query: string, after: string | null = null, resumed = false): number {
    const n = this.next_n++;
    const document: Document = { query, operation_name: null, variables: {}, kind: "subscription", operations: ["events.list"], cost: 1 };
    this.ask({ type: "subscribe", n, document, identity: query, after, resumed });
    return n;
  }

  /** Frames of one subscription. */
  of(n: number, ...kinds: LiveFrame["kind"][]): LiveFrame[] {
    return this.frames.filter((frame) => frame.n === n && (kinds.length === 0 || kinds.includes(frame.kind)));
  }

  async until(n: number, kind: LiveFrame["kind"], count = 1): Promise<LiveFrame[]> {
    await vi.waitFor(
      () => {
        const found = this.of(n, kind);
        if (found.length < count)
          throw new Error(`${found.length} of ${count} ${kind}: ${JSON.stringify(this.of(n).slice(-5))} ${JSON.stringify(this.closed)}`);
      },
      { timeout: 5_000, interval: 5 },
    );
    return this.of(n, kind);
  }

  async untilClosed(): Promise<{ code: number; reason: string }> {
    return vi.waitUntil(() => this.closed, { timeout: 5_000, interval: 5 });
  }

  close(): void {
    this.socket.close(1000, "done");
  }
}
