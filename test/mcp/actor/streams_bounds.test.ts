import { describe, expect, it } from "vitest";
import { createOrganization } from "../../support/api.ts";
import { errorOf, McpCaller, resultOf } from "./caller.ts";
import { following, listen, PRODUCTS } from "./following.ts";
import { createProduct, evict, makeKey } from "./support.ts";
import { useTestTools } from "./test_tools.ts";

useTestTools();

const uris = (count: number): string[] => Array.from({ length: count }, (_, index) => `test://products/${index}`);

async function fill(caller: McpCaller, streams: number, followed: string[] = []): Promise<void> {
  await Promise.all(Array.from({ length: streams }, () => caller.followed(listen(followed, ["resources"]))));
}

describe("streams of one credential", () => {
  it("are two hundred at most; all are told, one that comes back needs no place, and another credential has its own", async () => {
    const { organization, caller, session_id } = await following();
    const streams = await Promise.all(Array.from({ length: 199 }, () => caller.followed(listen([], ["resources"]))));
    const refused = { failure: { code: "UNAVAILABLE", details: { limit: 200 } } };
    expect(await caller.follow(listen([], ["resources"]))).toMatchObject(refused);
    await evict(organization);
    expect(await caller.follow({ kind: "session", session_id: await caller.open(), after: null })).toMatchObject(refused);
    const again = await caller.followed({ kind: "session", session_id, after: null });
    await again.until("ready");
    const other = await makeKey(organization);
    await other.caller.followed(listen([], ["resources"]));
    await createProduct(organization);
    await Promise.all(streams.map((stream) => stream.until("change")));
    streams[0]!.close();
    await streams[0]!.untilClosed();
    await caller.followed(listen([], ["resources"]));
  });

  it("follow two thousand resources at most, so that one event is not told more often", async () => {
    const { caller, session_id } = await following();
    await fill(caller, 19, uris(100));
    await caller.followed(listen(uris(99)));
    const refused = { code: "UNAVAILABLE", details: { limit: 2_000 } };
    expect(await caller.follow(listen(uris(1)))).toMatchObject({ failure: refused });
    const more = await caller.request("resources/subscribe", { uri: "test://products/more" }, { session_id });
    expect(errorOf(more)).toMatchObject({ data: refused });
    await caller.followed(listen([], ["resources"]));
    await caller.request("resources/unsubscribe", { uri: PRODUCTS.uri }, { session_id });
    await caller.request("resources/subscribe", { uri: "test://products/more" }, { session_id });
    expect(await caller.follow(listen(uris(1)))).toMatchObject({ failure: refused });
  });

  it("leave places for calls: what goes on is followed however many listen", async () => {
    const { caller } = await following();
    await fill(caller, 199);
    const call_id = await caller.call({ name: "work" }, { progress_token: "p" });
    const stream = await caller.followed({ kind: "call", call_id, session_id: null, after: 0 });
    await stream.until("ready");
    stream.close();
  });

  it("leave a call that could not be followed to be answered at once", async () => {
    const organization = await createOrganization();
    const keys = await Promise.all(Array.from({ length: 20 }, () => makeKey(organization)));
    for (const { caller } of keys) {
      const calls = Array.from({ length: 50 }, async () => {
        const call_id = await caller.call({ name: "work" }, { progress_token: "p" });
        await caller.followed({ kind: "call", call_id, session_id: null, after: 0 });
      });
      await Promise.all(calls);
    }
    const caller = new McpCaller(organization.api_key);
    expect(resultOf(await caller.request("tools/call", { name: "work" }, { progress_token: "p" }))).toMatchObject({ subject: expect.any(String) });
    const session_id = await caller.open();
    const asks = await caller.request("tools/call", { name: "confirm" }, { session_id });
    expect(errorOf(asks)).toMatchObject({ data: { code: "UNAVAILABLE", details: { limit: 1_000 } } });
  });
});

describe("what changes at once", () => {
  it("is told in one frame", async () => {
    const organization = await createOrganization();
    const caller = new McpCaller(organization.api_key);
    const stream = await caller.followed(listen(uris(100), ["resources"]));
    await stream.until("ready");
    await createProduct(organization);
    await stream.until("change", 101);
    expect(stream.rounds).toBe(1);
  });
});
