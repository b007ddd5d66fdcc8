import { describe, expect, it } from "vitest";
import { createOrganization, send } from "../../support/api.ts";
import { CLIENT, McpCaller, resultOf, WITH_TASKS } from "./caller.ts";
import { messagesOf, outcomeOf, until } from "./support.ts";

const EXPORT = { name: "exports_create", arguments: { resource: "products", format: "csv" } };

describe("the product's own tools", () => {
  it("export with progress, in a session", async () => {
    const caller = new McpCaller((await createOrganization()).api_key);
    const session_id = await caller.open();
    const call_id = await caller.call(EXPORT, { id: 1, session_id, progress_token: "p" });
    const stream = await caller.followed({ kind: "call", call_id, session_id, after: 0 });
    const outcome = await outcomeOf(stream);
    expect(messagesOf(stream)[0]).toMatchObject({ method: "notifications/progress", params: { progressToken: "p", progress: 0 } });
    expect(outcome).toMatchObject({ id: 1, result: { structuredContent: { status: "succeeded" } } });
  });

  it("export as a task", async () => {
    const caller = new McpCaller((await createOrganization()).api_key);
    const { taskId } = resultOf(await caller.request("tools/call", EXPORT, { client: WITH_TASKS }));
    const get = async () => resultOf(await caller.request("tasks/get", { taskId }, { client: WITH_TASKS }));
    await until(async () => (await get()).status !== "working");
    expect(await get()).toMatchObject({ status: "completed", result: { structuredContent: { status: "succeeded" } } });
  });

  it("delete what a person agreed to delete, and are paid for once", async () => {
    const organization = await createOrganization({ tier: "professional" });
    const { body } = await send<{ id: string }>("POST", "/api/v1/products", { key: organization.api_key, body: { name: "Old" } });
    const caller = new McpCaller(organization.api_key);
    const session_id = await caller.open({ ...CLIENT, capabilities: { elicitation: {} } });
    const remaining = async (): Promise<number> => (await caller.send({ type: "touch", session_id })).limit!.minute!.remaining;
    const before = await remaining();
    const call_id = await caller.call({ name: "products_delete", arguments: { product_id: body.id } }, { id: 1, session_id });
    const stream = await caller.followed({ kind: "call", call_id, session_id, after: 0 });
    const { id, method } = (await stream.until("message"))[0]!.message as { id: string; method: string };
    expect(method).toBe("elicitation/create");
    await caller.send({ type: "respond", session_id, id, result: { action: "accept", content: { confirm: true } }, error: null });
    expect(await outcomeOf(stream)).not.toHaveProperty("result.isError");
    expect(before - (await remaining())).toBe(1);
    expect((await send("GET", `/api/v1/products/${body.id}`, { key: organization.api_key })).status).toBe(404);
  });
});
