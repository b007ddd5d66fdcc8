import { describe, expect, it } from "vitest";
import type { McpView } from "../../../src/domain/mcp/command.ts";
import { createOrganization, send } from "../../support/api.ts";
import { begin, statusOf } from "./begun.ts";
import { McpCaller, resultOf, WITH_TASKS } from "./caller.ts";
import { messagesOf, sql } from "./support.ts";
import { useTestTools } from "./test_tools.ts";

useTestTools();

const READONLY: McpView = { readonly: true, toolsets: null };
const EXPORTS: McpView = { readonly: false, toolsets: ["exports"] };
const forbidden = { reply: null, failure: { code: "FORBIDDEN" } };
const request = (method: string, params: Record<string, unknown>, session_id: string | null) => ({
  type: "request" as const,
  request: { id: 1, method, params, session_id, client: session_id === null ? WITH_TASKS : null, progress_token: null, input: null },
});

describe("a session's request", () => {
  it.each([
    [
      "the narrower of both",
      { readonly: true, toolsets: null },
      { readonly: false, toolsets: ["exports"] },
      { readonly: true, toolsets: ["exports"] },
    ],
    [
      "what is in both",
      { readonly: false, toolsets: ["exports", "products"] },
      { readonly: false, toolsets: ["products", "webhooks"] },
      { readonly: false, toolsets: ["products"] },
    ],
    [
      "nothing of two that have nothing in common",
      { readonly: false, toolsets: ["exports"] },
      { readonly: false, toolsets: ["products"] },
      { readonly: false, toolsets: [] },
    ],
  ])("sees %s, of the session's view and its URL's", async (_what, opened, asked, seen) => {
    const caller = new McpCaller((await createOrganization()).api_key);
    const session_id = await caller.open(undefined, { view: opened });
    expect(resultOf(await caller.send(request("tools/call", { name: "look" }, session_id), { view: asked }))).toMatchObject({ view: seen });
  });
});

describe("a call that goes on", () => {
  it.each([
    ["without changes", READONLY],
    ["of some toolsets", EXPORTS],
  ])("is neither cancelled, abandoned nor followed at a URL that shows less: %s", async (_what, view) => {
    const begun = await begin();
    const { caller, session_id, call_id, organization, product_id } = begun;
    expect(await caller.send({ type: "cancel", session_id, id: "call 1" }, { view })).toMatchObject(forbidden);
    expect(await caller.send({ type: "abandon", session_id, call_id }, { view })).toMatchObject(forbidden);
    expect(await caller.follow({ kind: "call", call_id, session_id, after: 0 }, { view })).toMatchObject({ failure: { code: "FORBIDDEN" } });
    expect(await statusOf(begun)).toBe("waiting");
    expect((await send("GET", `/api/v1/products/${product_id}`, { key: organization.api_key })).status).toBe(200);
  });

  it("as a task is neither read nor cancelled there", async () => {
    const organization = await createOrganization();
    const caller = new McpCaller(organization.api_key);
    const { taskId } = resultOf(await caller.request("tools/call", { name: "work" }, { client: WITH_TASKS }));
    for (const method of ["tasks/get", "tasks/cancel", "tasks/update"])
      expect(await caller.send(request(method, { taskId, inputResponses: {} }, null), { view: READONLY })).toMatchObject(forbidden);
    expect(await statusOf({ organization })).toBe("waiting");
    expect(resultOf(await caller.send(request("tasks/get", { taskId }, null)))).toMatchObject({ status: "working" });
  });

  it("takes no answer there: it runs once one comes where it was made", async () => {
    const organization = await createOrganization();
    const caller = new McpCaller(organization.api_key);
    const session_id = await caller.open();
    const call_id = await caller.call({ name: "confirm" }, { session_id });
    const stream = await caller.followed({ kind: "call", call_id, session_id, after: 0 });
    await stream.until("message");
    const answer = {
      type: "respond" as const,
      session_id,
      id: String(messagesOf(stream)[0]!.id),
      result: { action: "accept", content: {} },
      error: null,
    };
    expect(await caller.send(answer, { view: READONLY })).toMatchObject(forbidden);
    expect(await sql(organization, "SELECT count(*) AS n FROM products")).toEqual([{ n: 0 }]);
    expect((await caller.send(answer)).reply).toEqual({ kind: "done" });
    await stream.until("end");
    expect(await sql(organization, "SELECT count(*) AS n FROM products")).toEqual([{ n: 1 }]);
  });
});
