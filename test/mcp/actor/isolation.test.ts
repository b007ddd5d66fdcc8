// What was begun for one principal, sandbox, tool or argument is nothing for another. (These hold: kept as a guard.)
import { beforeAll, describe, expect, it } from "vitest";
import { createOrganization, send, type TestOrganization } from "../../support/api.ts";
import { modern, openSession } from "../http/support.ts";
import { callTool } from "../tools/support.ts";

let organization: TestOrganization;
let test_key: string;
beforeAll(async () => {
  organization = await createOrganization();
  const made = await send<{ key: string }>("POST", "/api/v1/api-keys", {
    key: organization.api_key,
    body: { name: "Sandbox", environment: "test", scopes: ["products:read", "products:write", "exports:read", "exports:write"] },
  });
  expect(made.body).toMatchObject({ key: expect.any(String) });
  test_key = made.body.key;
});

const CAN_ASK = { elicitation: {} };
const TASKS = { "io.modelcontextprotocol/clientCapabilities": { extensions: { "io.modelcontextprotocol/tasks": {} } } };
const consent = (requestState: string) => ({ requestState, inputResponses: { confirm: { action: "accept", content: { confirm: true } } } });

describe("a consent", () => {
  it("is none for another organization's key, a sandbox's, another argument, another tool or another way to name it", async () => {
    const other = await createOrganization();
    const given = { product_id: "" };
    const { body } = await send<{ id: string }>("POST", "/api/v1/products", { key: organization.api_key, body: { title: "Lamp" } });
    const second = await send<{ id: string }>("POST", "/api/v1/products", { key: organization.api_key, body: { title: "Table" } });
    given.product_id = body.id;
    const { asked } = await callTool("products_delete", given, { key: organization.api_key, capabilities: CAN_ASK });
    const params = consent(asked!.state);
    for (const key of [other.api_key, test_key]) {
      const tried = await callTool("products_delete", given, { key, capabilities: CAN_ASK, params });
      expect(tried.value).not.toMatchObject({ deleted: true });
    }
    const tried = await callTool("products_delete", { product_id: second.body.id }, { key: organization.api_key, capabilities: CAN_ASK, params });
    expect(tried.error?.code).toBe(-32_602);
    expect((await send("GET", `/api/v1/products/${body.id}`, { key: organization.api_key })).status).toBe(200);
  });

  it("is one of its own for each time that was asked", async () => {
    const input = { operation: "api_keys.create", input: { name: "Twin", scopes: ["products:read"] } };
    const replies = await Promise.all(
      Array.from({ length: 40 }, () => callTool("execute_operation", input, { key: organization.api_key, capabilities: CAN_ASK })),
    );
    expect(new Set(replies.map(({ asked }) => asked!.state)).size).toBe(40);
  });
});

describe("a session and a task", () => {
  it("are unknown to the same organization's sandbox, in the same words as what never was", async () => {
    const session = await openSession(organization.api_key);
    const foreign = await session.request("tools/list", {}, { key: test_key });
    const missing = await session.request("tools/list", {}, { key: test_key, headers: { "Mcp-Session-Id": `mses_${"A".repeat(32)}.20251125` } });
    expect(foreign).toMatchObject({ status: 404, body: missing.body });
    const created = await modern(
      "tools/call",
      { name: "exports_create", arguments: { resource: "products", format: "csv" }, _meta: TASKS },
      { key: organization.api_key },
    );
    const get = (taskId: unknown) => modern("tasks/get", { taskId, _meta: TASKS }, { key: test_key });
    expect((await get(created.body.result!.taskId)).body).toEqual((await get("mcall_00000000000000000000000000")).body);
  });
});
