import { describe, expect, it, vi } from "vitest";
import { send } from "../../support/api.ts";
import { changesOf, following, placeOf, PRODUCTS, RESOURCES, subscribe, TOOLS } from "./following.ts";
import { createProduct, evict, makeKey, pause, rowsRead, sql } from "./support.ts";
import { useTestTools } from "./test_tools.ts";

useTestTools();

describe("a session's stream", () => {
  it.each([
    ["awake", false],
    ["asleep", true],
  ])("is told what it subscribed to and that lists changed, the actor being %s", async (_state, asleep) => {
    const { organization, stream } = await following();
    if (asleep) await evict(organization);
    await createProduct(organization);
    await stream.until("change", 2);
    expect(changesOf(stream)).toEqual(expect.arrayContaining([PRODUCTS, RESOURCES]));
    expect(stream.of("ready")).toEqual([{ type: "ready", id: "log.0" }]);
    expect(placeOf(stream)).toBe("log.1");
  });

  it("is told each distinct change once a second, the last one too", async () => {
    const { organization, stream } = await following();
    for (let index = 0; index < 5; index++) await createProduct(organization, `P ${index}`);
    await stream.until("change", 4);
    await pause();
    expect(stream.of("change")).toHaveLength(4);
    expect(placeOf(stream)).toBe("log.5");
  });

  it("never gives a place beyond a change that is still to be told", async () => {
    const { organization, caller, session_id, stream } = await following();
    await subscribe(caller, session_id, "test://exports");
    await createProduct(organization);
    await stream.until("change", 2);
    await createProduct(organization);
    await send("POST", "/api/v1/exports", { key: organization.api_key, body: { resource: "products", format: "csv" } });
    await vi.waitUntil(() => changesOf(stream).some((change) => change.kind === "resource" && change.uri === "test://exports"), { interval: 1 });
    const told = stream.of("change").find(({ change }) => change.kind === "resource" && change.uri === "test://exports")!;
    expect(told.id).toBe("log.1");
    const resumed = await caller.followed({ kind: "session", session_id, after: told.id });
    await resumed.until("change", 3);
    expect(changesOf(resumed)).toEqual(expect.arrayContaining([PRODUCTS, RESOURCES]));
  });

  it("follows what is subscribed to while it is open, and no longer what is not", async () => {
    const { organization, caller, session_id, stream } = await following();
    await subscribe(caller, session_id, "test://products/other");
    await caller.request("resources/unsubscribe", { uri: PRODUCTS.uri }, { session_id });
    await createProduct(organization);
    await stream.until("change", 2);
    await pause();
    expect(changesOf(stream)).toEqual(expect.arrayContaining([{ kind: "resource", uri: "test://products/other" }, RESOURCES]));
    expect(stream.of("change")).toHaveLength(2);
  });

  it("is one: another takes its place", async () => {
    const { organization, caller, session_id, stream } = await following();
    const second = await caller.followed({ kind: "session", session_id, after: null });
    expect((await stream.untilClosed()).code).toBe(4409);
    await createProduct(organization);
    await second.until("change", 2);
    expect(changesOf(stream)).toEqual([]);
  });

  it("is told nothing of another organization", async () => {
    const [one, other] = [await following(), await following()];
    await createProduct(one.organization);
    await one.stream.until("change", 2);
    await pause();
    expect(changesOf(other.stream)).toEqual([]);
  });

  it("tells two clients of an organization each other's changes", async () => {
    const one = await following();
    const { caller } = await makeKey(one.organization);
    const session_id = await caller.open();
    await caller.request("tools/call", { name: "create" }, { session_id });
    await one.stream.until("change", 2);
  });
});

describe("a session's stream that comes back", () => {
  it("is told once what changed meanwhile, from its place in the log on, however much that was", async () => {
    const { organization, caller, session_id, stream } = await following();
    await createProduct(organization);
    await stream.until("change", 2);
    const after = placeOf(stream);
    stream.close();
    await sql(
      organization,
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500) INSERT INTO events (type, subject, at, data) SELECT 'product.updated', 'prd_x', 0, '{}' FROM n",
    );
    await createProduct(organization);
    const again = await caller.followed({ kind: "session", session_id, after });
    await again.until("change", 2);
    await pause(1_200);
    expect(again.of("ready")).toEqual([{ type: "ready", id: after }]);
    const told = changesOf(again);
    expect(told).toHaveLength(2);
    expect(told).toEqual(expect.arrayContaining([PRODUCTS, RESOURCES]));
    expect(placeOf(again)).toBe("log.2502");
    await createProduct(organization);
    await vi.waitUntil(() => placeOf(again) === "log.2503");
  });

  it("from far back is told that everything may have changed, without the log being read", async () => {
    const { organization, caller, session_id } = await following();
    await createProduct(organization);
    await sql(
      organization,
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000) INSERT INTO events (type, subject, at, data) SELECT 'webhook.updated', 'whk_x', 0, '{}' FROM n",
    );
    const before = await rowsRead(organization);
    const again = await caller.followed({ kind: "session", session_id, after: "log.1" });
    await again.until("change", 4);
    expect(changesOf(again)).toEqual(expect.arrayContaining([PRODUCTS, RESOURCES, TOOLS, { kind: "list", list: "prompts" }]));
    expect((await rowsRead(organization)) - before).toBeLessThan(200);
  });

  it("is told nothing where nothing changed", async () => {
    const { caller, session_id, stream, organization } = await following();
    await createProduct(organization);
    await stream.until("change", 2);
    const again = await caller.followed({ kind: "session", session_id, after: placeOf(stream) });
    await again.until("ready");
    await pause();
    expect(again.of("change")).toEqual([]);
  });

  it.each([
    ["forgot it", "log.3"],
    ["never reached it", "log.999"],
  ])("is told that everything may have changed where the log %s", async (_why, after) => {
    const { organization, caller, session_id } = await following();
    for (let index = 0; index < 6; index++) await createProduct(organization, `P ${index}`);
    await sql(organization, "DELETE FROM events WHERE seq < 6");
    const again = await caller.followed({ kind: "session", session_id, after });
    await again.until("change", 4);
    expect(changesOf(again)).toEqual(expect.arrayContaining([PRODUCTS, RESOURCES, TOOLS, { kind: "list", list: "prompts" }]));
    expect(placeOf(again)).toBe("log.6");
  });

  it.each([["nonsense"], ["mcall_01jd0000000000000000000000.1"], ["log.-1"], ["log.1e3"]])(
    "with a place that is none of its own is refused: %s",
    async (after) => {
      const { caller, session_id } = await following();
      expect(await caller.follow({ kind: "session", session_id, after })).toMatchObject({ failure: { code: "VALIDATION_ERROR" } });
    },
  );

  it("hears that its tools changed where its key did meanwhile", async () => {
    const key: { id?: string } = {};
    const { organization, caller, session_id, stream } = await following(async (made_in) => {
      const made = await makeKey(made_in);
      key.id = made.id;
      return made.caller;
    });
    await createProduct(organization);
    await stream.until("change", 2);
    const after = placeOf(stream);
    stream.close();
    await pause();
    await send("PATCH", `/api/v1/api-keys/${key.id}`, { key: organization.api_key, body: { scopes: ["products:read"] } });
    const again = await caller.followed({ kind: "session", session_id, after });
    await again.until("change");
    expect(changesOf(again)).toEqual([TOOLS]);
  });
});
