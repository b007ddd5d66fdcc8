import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import type { OrganizationRpc } from "../../../src/actors/rpc.ts";
import { createOrganization, send } from "../../support/api.ts";
import { begin, beginStateless, follow, progress, statusOf, WORK } from "./begun.ts";
import { STATELESS } from "./caller.ts";
import { evict, makeKey, messagesOf, move, outcomeOf, pause, sql, until } from "./support.ts";
import { useTestTools } from "./test_tools.ts";

useTestTools();

describe("a session's call", () => {
  it("is cancelled with its work; nothing is answered, and its stream ends", async () => {
    const begun = await begin();
    const stream = await follow(begun);
    await stream.until("message");
    await begun.caller.send({ type: "cancel", session_id: begun.session_id, id: "call 1" });
    await stream.until("end");
    expect(messagesOf(stream)).toEqual([progress(0)]);
    expect((await send("GET", `/api/v1/products/${begun.product_id}`, { key: begun.organization.api_key })).status).toBe(404);
    await begun.caller.send({ type: "cancel", session_id: begun.session_id, id: "call 1" });
  });

  it("is only its own session's to cancel", async () => {
    const begun = await begin();
    const other = await begun.caller.open();
    expect((await begun.caller.send({ type: "cancel", session_id: other, id: "call 1" })).reply).toEqual({ kind: "done" });
    await begun.caller.send({ type: "cancel", session_id: begun.session_id, id: "another" });
    expect(await sql(begun.organization, "SELECT status FROM mcp_calls")).toEqual([{ status: "waiting" }]);
  });

  it("is cancelled with every other that its client gave the same id", async () => {
    const begun = await begin();
    const { caller, session_id, organization } = begun;
    await caller.call(WORK, { id: "call 1", session_id, progress_token: "q" });
    await caller.send({ type: "cancel", session_id, id: "call 1" });
    expect(await sql(organization, "SELECT status FROM mcp_calls")).toEqual([{ status: "cancelled" }, { status: "cancelled" }]);
  });
});

describe("a call without a session", () => {
  it.each([
    ["awake", false],
    ["asleep", true],
  ])("is cancelled with its work by leaving the stream, the actor being %s", async (_state, asleep) => {
    const begun = await beginStateless();
    if (asleep) await evict(begun.organization);
    begun.stream.close();
    await until(async () => (await statusOf(begun)) === "cancelled");
    expect((await send("GET", `/api/v1/products/${begun.product_id}`, { key: begun.organization.api_key })).status).toBe(404);
  });

  it("is not cancelled by an eviction", async () => {
    const begun = await beginStateless();
    await evict(begun.organization);
    await pause();
    expect(await statusOf(begun)).toBe("waiting");
    await move(begun.organization, begun.product_id, { progress: 10, done: true });
    expect(await outcomeOf(begun.stream)).toMatchObject({ result: { progress: 10 } });
  });

  it("is not cancelled by a stream that another took the place of", async () => {
    const begun = await beginStateless();
    const second = await begun.caller.followed({ kind: "call", call_id: begun.call_id, session_id: null, after: 1 });
    expect((await begun.stream.untilClosed()).code).toBe(4409);
    await pause();
    expect(await statusOf(begun)).toBe("waiting");
    await move(begun.organization, begun.product_id, { progress: 10, done: true });
    expect(await outcomeOf(second)).toMatchObject({ result: { progress: 10 } });
  });

  it("of a sandbox is cancelled without its work while the live actor, which knows its client, cannot be reached", async () => {
    const organization = await createOrganization();
    const { caller } = await makeKey(organization, { environment: "test" });
    const call_id = await caller.call(WORK, { progress_token: "p" });
    const stream = await caller.followed({ kind: "call", call_id, session_id: null, after: 0 });
    await stream.until("message");
    const sandbox = { id: `${organization.id}.test` };
    await runInDurableObject(env.ORGANIZATIONS.getByName(organization.id), (actor) => {
      vi.spyOn(Object.getPrototypeOf(actor) as OrganizationRpc, "describeTestKey").mockRejectedValue(new Error("away"));
    });
    stream.close();
    await until(async () => (await statusOf({ organization: { ...organization, ...sandbox } })) === "cancelled");
    expect(await sql(sandbox, "SELECT count(*) AS n FROM products")).toEqual([{ n: 1 }]);
  });
});

describe("a call whose stream could not be opened", () => {
  it.each([
    ["in a session", {}],
    ["without one", { session_id: null, client: STATELESS }],
  ])("is abandoned with its work, %s", async (_where, more) => {
    const begun = await begin(more);
    const session_id = "client" in more ? null : begun.session_id;
    expect((await begun.caller.send({ type: "abandon", session_id, call_id: begun.call_id })).reply).toEqual({ kind: "done" });
    expect(await statusOf(begun)).toBe("cancelled");
    expect((await send("GET", `/api/v1/products/${begun.product_id}`, { key: begun.organization.api_key })).status).toBe(404);
  });

  it("is only its owner's to abandon, where it began", async () => {
    const begun = await begin();
    const { caller, call_id, organization } = begun;
    const { caller: stranger } = await makeKey(organization);
    await caller.send({ type: "abandon", session_id: null, call_id });
    await caller.send({ type: "abandon", session_id: await caller.open(), call_id });
    await stranger.send({ type: "abandon", session_id: await stranger.open(), call_id });
    expect(await statusOf(begun)).toBe("waiting");
  });
});
