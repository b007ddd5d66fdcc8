import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Document } from "../../../src/domain/documents.ts";
import type { Failure } from "../../../src/domain/errors.ts";
import { InnerConnection, type Ending } from "../../../src/protocols/graphql/live/inner_connection.ts";
import { ActorEnd } from "./actor_end.ts";

const unavailable: { failure: Failure } = { failure: { code: "UNAVAILABLE", message: "not now", details: {} } };

function document(kind: Document["kind"]): Document {
  return { query: `${kind} { a }`, operation_name: null, variables: {}, kind, operations: [], cost: 1 };
}

async function connect(...answers: (ActorEnd | { failure: Failure })[]) {
  const openings = vi.fn(() => {
    const answer = answers[Math.min(openings.mock.calls.length, answers.length) - 1]!;
    return Promise.resolve(answer instanceof ActorEnd ? answer.edge_end : answer);
  });
  const ended = vi.fn<(ending: Ending) => void>();
  const connection = await InnerConnection.open(openings, ended);
  if ("failure" in connection) throw new Error("not opened");
  const reader = { next: vi.fn(), error: vi.fn(), complete: vi.fn() };
  return { connection, openings, ended, reader };
}

describe("an inner connection", () => {
  it("goes on after its last answer when it was paused, under a new number, and pays no heed to what still came for the old one", async () => {
    const actor = new ActorEnd();
    const { connection, reader } = await connect(actor);
    connection.subscribe(document("subscription"), "3", reader);
    actor.send("next", 1, "4", '"four"');
    await vi.waitUntil(() => reader.next.mock.calls.length === 1);
    connection.pause();
    actor.send("next", 1, "5", '"five"');
    await actor.until(2);
    connection.resume();
    actor.send("next", 2, "5", '"five"');
    const asked = await actor.until(3);
    await vi.waitUntil(() => reader.next.mock.calls.length === 2);
    expect(asked).toMatchObject([
      { type: "subscribe", n: 1, after: "3", resumed: false },
      { type: "complete", n: 1 },
      { type: "subscribe", n: 2, after: "4", resumed: true },
    ]);
    expect(reader.next.mock.calls).toEqual([
      ['"four"', "4"],
      ['"five"', "5"],
    ]);
    connection.close();
  });

  it("asks for the next page when it is behind, and not while it is paused", async () => {
    const actor = new ActorEnd();
    const { connection, reader } = await connect(actor);
    connection.subscribe(document("subscription"), null, reader);
    actor.send("behind", 1, "100");
    expect((await actor.until(2))[1]).toMatchObject({ n: 2, after: "100", resumed: true });
    connection.pause();
    actor.send("behind", 2, "200");
    await new Promise((resolve) => setTimeout(resolve, 20));
    connection.resume();
    // The page that came while it was paused was not read: it is asked for again.
    expect((await actor.until(4)).slice(2)).toMatchObject([
      { type: "complete", n: 2 },
      { n: 3, after: "100" },
    ]);
    connection.close();
  });

  it("asks for a page that its bucket cannot pay for when it was told to, also when the client paused meanwhile", async () => {
    const actor = new ActorEnd();
    const { connection, reader } = await connect(actor);
    connection.subscribe(document("subscription"), "3", reader);
    await actor.until(1);
    actor.send("later", 1, "7", '{"retry_after_s":0.2}');
    await new Promise((resolve) => setTimeout(resolve, 50));
    connection.pause();
    connection.resume();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(actor.asked).toHaveLength(1);
    expect((await actor.until(2))[1]).toMatchObject({ n: 2, after: "7", resumed: true });
    expect(reader.error).not.toHaveBeenCalled();
    connection.close();
  });

  it("does not ask any more when the client left while it waited", async () => {
    const actor = new ActorEnd();
    const { connection, reader } = await connect(actor);
    const subscription = connection.subscribe(document("subscription"), "3", reader);
    await actor.until(1);
    actor.send("later", 1, "7", '{"retry_after_s":0.05}');
    await new Promise((resolve) => setTimeout(resolve, 20));
    connection.unsubscribe(subscription);
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(actor.asked).toHaveLength(1);
    connection.close();
  });

  it("answers what was running when the actor went away as not known to have run", async () => {
    const [actor, next] = [new ActorEnd(), new ActorEnd()];
    const { connection, openings } = await connect(actor, next);
    const running = connection.execute(document("mutation"));
    await actor.until(1);
    actor.close(1012);
    const outcome = await running;
    expect(JSON.parse((outcome as { errors: string }).errors)).toMatchObject([{ extensions: { code: "UNAVAILABLE" } }]);
    expect(JSON.parse(((await connection.execute(document("query"))) as { errors: string }).errors)).toMatchObject([
      { extensions: { code: "UNAVAILABLE" } },
    ]);
    await vi.waitUntil(() => openings.mock.calls.length === 2);
    await new Promise((resolve) => setTimeout(resolve, 10));
    const answered = connection.execute(document("query"));
    next.send("result", (await next.until(1))[0]!.n, null, '{"data":{}}');
    expect(await answered).toEqual({ result: '{"data":{}}' });
    connection.close();
  });

  describe("whose actor is gone", () => {
    beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
    afterEach(() => void vi.useRealTimers());

    it("is opened again after a while, several times before it gives up", async () => {
      const actor = new ActorEnd();
      const { openings, ended } = await connect(actor, unavailable);
      actor.close(1012);
      await vi.advanceTimersByTimeAsync(20_000);
      expect(openings).toHaveBeenCalledTimes(5);
      expect(ended).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 1012 }));
    });

    it("is not opened again when its client left, or when the actor says why", async () => {
      const [left, refused] = [new ActorEnd(), new ActorEnd()];
      const first = await connect(left, new ActorEnd());
      left.close(1012);
      first.connection.close();
      const second = await connect(refused, new ActorEnd());
      refused.close(4401);
      await vi.advanceTimersByTimeAsync(20_000);
      expect(first.openings).toHaveBeenCalledTimes(1);
      expect(first.ended).not.toHaveBeenCalled();
      expect(second.openings).toHaveBeenCalledTimes(1);
      expect(second.ended).toHaveBeenCalledExactlyOnceWith({ code: 4401, reason: "over" });
    });
  });
});
