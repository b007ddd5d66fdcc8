import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Document } from "../../../src/domain/documents.ts";
import { subscriptionStream } from "../../../src/protocols/graphql/live/event_stream.ts";
import { Executions } from "../../../src/protocols/graphql/live/executions.ts";
import { Flow } from "../../../src/protocols/graphql/live/flow.ts";
import { identityOf } from "../../../src/protocols/graphql/live/identity.ts";
import { ActorEnd } from "./actor_end.ts";

function subscription(query: string, variables: Record<string, unknown> = {}): Document {
  return { query, operation_name: null, variables, kind: "subscription", operations: [], cost: 1 };
}

describe("the identity of a subscription", () => {
  const plain = identityOf(subscription("subscription { interactionAdded { id } }"));

  it.each([
    ["a literal", 'subscription { interactionAdded(after: "1") { id } }', {}],
    ["a variable", "subscription ($from: String) { interactionAdded(after: $from) { id } }", { from: "7" }],
    ["another spelling", "subscription {\n  interactionAdded { id, } # all\n}", {}],
    ["variables that nobody uses", "subscription { interactionAdded { id } }", { other: 1 }],
  ])("does not depend on its place, as %s", (_what, query, variables) => {
    expect(identityOf(subscription(query, variables))).toBe(plain);
  });

  it("is the same for a place in a fragment", () => {
    const query = (place: string): string => `subscription { ...F } fragment F on Subscription { ... { interactionAdded${place} { id } } }`;
    expect(identityOf(subscription(query('(after: "3")')))).toBe(identityOf(subscription(query(""))));
  });

  it("depends on everything else", () => {
    const different = [
      subscription("subscription { interactionAdded { type } }"),
      subscription("subscription { added: interactionAdded { id } }"),
      subscription('subscription { interactionAdded(filter: { visitorId: "v" }) { id } }'),
      subscription("subscription ($v: ID) { interactionAdded(filter: { visitorId: $v }) { id } }", { v: "1" }),
      subscription("subscription ($v: ID) { interactionAdded(filter: { visitorId: $v }) { id } }", { v: "2" }),
      // The same variable is the place and something else: its value still counts for that.
      subscription("subscription ($v: ID) { interactionAdded(after: $v, filter: { visitorId: $v }) { id } }", { v: "3" }),
      // Further down `after` is a page's.
      subscription('subscription { productChanged { product { pages(after: "1") { id } } } }'),
      subscription('subscription { productChanged { product { pages(after: "2") { id } } } }'),
    ].map(identityOf);
    expect(new Set([plain, ...different]).size).toBe(different.length + 1);
  });
});

describe("queries and mutations of a connection", () => {
  it("begin two at a time, in order, and the next when one was answered and the client reads", async () => {
    let reads = true;
    const begun: number[] = [];
    const answers = Array.from({ length: 4 }, () => Promise.withResolvers<void>());
    const executions = new Executions(() => reads);
    for (const [index, { promise }] of answers.entries())
      executions.add(() => {
        begun.push(index);
        return promise;
      });
    const answer = async (index: number): Promise<void> => {
      answers[index]!.resolve();
      await new Promise((resolve) => setTimeout(resolve, 0));
    };
    expect([begun, executions.size]).toEqual([[0, 1], 4]);
    await answer(1);
    expect([begun, executions.size]).toEqual([[0, 1, 2], 3]);
    reads = false;
    await answer(0);
    await answer(2);
    expect(begun).toEqual([0, 1, 2]);
    reads = true;
    executions.beginNext();
    expect(begun).toEqual([0, 1, 2, 3]);
  });
});

describe("a stream of server-sent events that nobody reads", () => {
  const reads = async (read: boolean): Promise<{ failed: unknown; left: boolean }> => {
    vi.useFakeTimers({ toFake: ["Date", "setInterval", "clearInterval"] });
    try {
      const actor = new ActorEnd();
      const response = await subscriptionStream(subscription("subscription { a }"), null, () => Promise.resolve(actor.edge_end));
      const reader = (response as Response).body!.getReader();
      await actor.until(1);
      actor.send("next", 1, "1", JSON.stringify("x".repeat(300_000)));
      await actor.until(2);
      if (read) for (let count = 0; count < 2; count++) await reader.read();
      for (let elapsed = 0; elapsed < 96_000; elapsed += 12_000) await vi.advanceTimersByTimeAsync(12_000);
      if (read) await reader.read();
      const failed = await Promise.race([reader.read().catch((error: Error) => error.message), new Promise((resolve) => setTimeout(resolve, 50))]);
      return { failed, left: actor.closed };
    } finally {
      vi.useRealTimers();
    }
  };

  it("is given up after a minute", async () => {
    expect(await reads(false)).toEqual({ failed: "The client does not read", left: true });
  });

  it("is not where somebody reads", async () => {
    expect((await reads(true)).left).toBe(false);
  });
});

describe("flow control", () => {
  const host = { ping: vi.fn<(payload: { ping: string }) => void>(), pause: vi.fn(), resume: vi.fn(), gone: vi.fn<(reason: string) => void>() };
  let flow: Flow;
  const answer = (): void => flow.pong(host.ping.mock.calls.at(-1)![0]);

  beforeEach(() => {
    vi.useFakeTimers();
    vi.clearAllMocks();
    flow = new Flow(host);
    flow.joined();
  });
  afterEach(() => {
    flow.stop();
    vi.useRealTimers();
  });

  it("asks once whether 64 KB were read, pauses at 256 KB, and goes on when all is confirmed", () => {
    flow.sent(65_535);
    expect(host.ping).not.toHaveBeenCalled();
    flow.sent(1);
    flow.sent(100_000);
    expect(host.ping).toHaveBeenCalledTimes(1);
    expect(host.pause).not.toHaveBeenCalled();
    flow.sent(100_000);
    expect(host.pause).toHaveBeenCalledTimes(1);
    answer();
    // 200,000 bytes stand behind that ping.
    expect(host.ping).toHaveBeenCalledTimes(2);
    expect(host.resume).not.toHaveBeenCalled();
    answer();
    expect(host.resume).toHaveBeenCalledTimes(1);
  });

  it("never pauses for a client that reads", () => {
    for (let sent = 0; sent < 10_000_000; sent += 50_000) {
      flow.sent(50_000);
      if (host.ping.mock.calls.length > 0) answer();
    }
    expect(host.pause).not.toHaveBeenCalled();
  });

  it("does not believe pongs for ever that do not say their ping's payload", () => {
    for (let sent = 0; sent < 20_000_000 && host.gone.mock.calls.length === 0; sent += 65_536) {
      flow.sent(65_536);
      flow.pong(undefined);
    }
    expect(host.gone).toHaveBeenCalledWith("Connect again, or answer a ping with its payload");
  });

  it("pauses nothing for the answers to the client's own pings, which it must read all the same", () => {
    for (let sent = 0; sent < 1_000_000; sent += 1_000) flow.sentEcho(1_000);
    flow.sent(1_000);
    expect(host.ping).toHaveBeenCalledTimes(1);
    expect(host.pause).not.toHaveBeenCalled();
    for (let sent = 0; sent < 16_000_000; sent += 1_000) flow.sentEcho(1_000);
    expect(host.gone).toHaveBeenCalledWith("The client does not read");
  });

  it("has less room for who has not joined yet", () => {
    flow.stop();
    flow = new Flow(host);
    flow.sentEcho(65_000);
    expect(host.gone).not.toHaveBeenCalled();
    flow.sentEcho(1_000);
    expect(host.gone).toHaveBeenCalledWith("The client does not read");
  });

  it("pays no heed to a pong that nobody asked for", () => {
    flow.sent(60_000);
    flow.pong(undefined);
    flow.sent(10_000);
    expect(host.ping).toHaveBeenCalledTimes(1);
  });

  it("asks after silence, and gives a client up that leaves a ping unanswered", () => {
    vi.advanceTimersByTime(20_000);
    flow.heard();
    vi.advanceTimersByTime(20_000);
    expect(host.ping).not.toHaveBeenCalled();
    vi.advanceTimersByTime(10_000);
    expect(host.ping).toHaveBeenCalledTimes(1);
    answer();
    flow.heard();
    vi.advanceTimersByTime(30_000);
    expect(host.ping).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(50_000);
    expect(host.gone).not.toHaveBeenCalled();
    vi.advanceTimersByTime(10_000);
    expect(host.gone).toHaveBeenCalledWith("No answer to a ping");
  });
});
