// The same operations over REST v2 and MCP: equal outcomes, equal errors, one limit, one audit log, one memory of idempotency keys.
import { beforeAll, describe, expect, it } from "vitest";
import type { AnyOperation } from "../../src/domain/operation.ts";
import { DEPLOYMENT_OPERATIONS, OPERATIONS, OPERATIONS_BY_NAME } from "../../src/domain/registry.ts";
import { toolNameOf } from "../../src/protocols/mcp/tools/names.ts";
import { keyWith } from "../mcp/http/support.ts";
import { callTool } from "../mcp/tools/support.ts";
import { createOrganization, OPERATOR_TOKEN, send, type ErrorBody, type TestOrganization } from "../support/api.ts";
import { BAD_INPUTS } from "./bad_inputs.ts";
import { expectEqualValues } from "./equal_values.ts";
import { runOverMcp } from "./mcp_calls.ts";
import { createStockedOrganization, itemsOf, runOverRest } from "./rest_calls.ts";

let rest: TestOrganization;
let mcp: TestOrganization;
beforeAll(async () => {
  [rest, mcp] = [await createStockedOrganization(), await createStockedOrganization()];
});

/** Without what cannot be equal in two answers: when they were made. */
function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== "object" || value === null) return value ?? null;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !["computed_at", "last_used_at"].includes(name))
      .map(([name, item]) => [name, comparable(item)]),
  );
}

const cases = OPERATIONS.filter((operation) => !DEPLOYMENT_OPERATIONS.includes(operation)).flatMap((operation) =>
  operation.examples.map((example) => [operation.name, example.title, operation, example.input as Record<string, unknown>] as const),
);

describe("every operation of an organization", () => {
  it.each(cases)("%s, %s: comes to the same outcome over REST and MCP", async (_name, _title, operation, input) => {
    const reads = operation.effect === "read";
    const told = await runOverMcp(operation, input, mcp.api_key);
    const expected = await runOverRest(operation, input, (reads ? mcp : rest).api_key);
    expect([told.code, told.field], `${expected.text}\n${told.text}`).toEqual([expected.code, expected.field]);
    expect(told.reply.error).toBeUndefined();
    if (expected.code !== undefined) return;
    expectEqualValues(operation, comparable(itemsOf(told.value)), comparable(itemsOf(expected.value)));
  });

  it.each(DEPLOYMENT_OPERATIONS.map((operation) => [operation.name, operation] as [string, AnyOperation]))(
    "%s is the deployment's: there is no such tool, not even for the operator",
    async (name, operation) => {
      for (const [key, path] of [
        [mcp.api_key, "/mcp"],
        [OPERATOR_TOKEN, `/mcp/${mcp.id}`],
      ] as const) {
        const called = await callTool(toolNameOf(operation), {}, { key, path });
        expect(called.error).toMatchObject({
          code: -32_602,
          message: expect.stringMatching(new RegExp(`^Unknown tool: ${toolNameOf(operation)}\\b`)) as string,
        });
        const executed = await callTool("execute_operation", { operation: name }, { key, path });
        expect(executed.failure).toMatchObject({ code: "VALIDATION_ERROR", details: { field: "operation" } });
      }
    },
  );
});

describe("bad input", () => {
  it.each(BAD_INPUTS)("%s %j is refused alike", async (name, input) => {
    const operation = OPERATIONS_BY_NAME.get(name)!;
    const told = await runOverMcp(operation, input, mcp.api_key);
    const expected = await runOverRest(operation, input, mcp.api_key);
    expect(expected.code).toBeDefined();
    expect([told.code, told.field], `${expected.text}\n${told.text}`).toEqual([expected.code, expected.field]);
    expect(told.reply.is_error).toBe(true);
  });
});

const create = OPERATIONS_BY_NAME.get("products.create")!;
const update = OPERATIONS_BY_NAME.get("products.update")!;

describe("what holds in one protocol", () => {
  it("an idempotency key: MCP replays what REST did and says so, and refuses another request under it", async () => {
    const params = { _meta: { "crow/idempotency_key": "across" } };
    const headers = { "Idempotency-Key": "across" };
    const made = await send<{ id: string }>("POST", "/api/v2/products", { key: mcp.api_key, headers, body: { title: "Once" } });
    const again = await runOverMcp(create, { title: "Once" }, mcp.api_key, params);
    expect(again.value).toMatchObject({ id: made.body.id });
    expect(again.reply.meta["crow/idempotency_replayed"]).toBe(true);
    const other = await runOverMcp(create, { title: "Other" }, mcp.api_key, params);
    expect(other.code).toBe("IDEMPOTENCY_MISMATCH");
    const fresh = await runOverMcp(create, { title: "Once" }, mcp.api_key);
    expect(fresh.reply.meta["crow/idempotency_replayed"]).toBeUndefined();
  });

  it("expected_version: a stale one changes nothing and says the current one", async () => {
    const { id } = (await runOverMcp(create, { title: "Versioned" }, mcp.api_key)).value as { id: string };
    const change = (title: string) => runOverMcp(update, { product_id: id, title, expected_version: 1 }, mcp.api_key);
    expect((await change("second")).value).toMatchObject({ version: 2 });
    const stale = await change("third");
    expect(stale.reply.failure).toMatchObject({ code: "PRECONDITION_FAILED", details: { current_version: 2 } });
    const { body } = await send<{ title: string; version: number }>("GET", `/api/v2/products/${id}`, { key: mcp.api_key });
    expect(body).toMatchObject({ title: "second", version: 2 });
  });

  it("scopes: what a key lacks is named alike, and nothing is done", async () => {
    const key = await keyWith(mcp.api_key, ["products:read"]);
    const over_rest = await send<ErrorBody>("POST", "/api/v2/products", { key, body: { title: "No" } });
    const over_mcp = await runOverMcp(create, { title: "No" }, key);
    expect(over_rest.body.error).toMatchObject({ code: "FORBIDDEN", details: { required_scope: "products:write" } });
    expect(over_mcp.reply.failure).toMatchObject({ code: "FORBIDDEN", details: { required_scope: "products:write" } });
  });

  it("the audit log: the same entry but for the protocol", async () => {
    const made = (await runOverMcp(create, { title: "Audited" }, mcp.api_key)).value as { id: string };
    const other = await send<{ id: string }>("POST", "/api/v2/products", { key: mcp.api_key, body: { title: "Audited" } });
    const entryOf = async (id: string) =>
      (await send<{ data: Record<string, unknown>[] }>("GET", `/api/v2/audit-log?subject=${id}`, { key: mcp.api_key })).body.data[0]!;
    const [first, second] = [await entryOf(made.id), await entryOf(other.body.id)];
    expect([first.protocol, second.protocol]).toEqual(["mcp", "rest/v2"]);
    for (const name of ["type", "operation", "principal", "before"]) expect(first[name]).toEqual(second[name]);
    expect(Object.keys(first.after as object).toSorted()).toEqual(Object.keys(second.after as object).toSorted());
  });

  it("the rate limit: both protocols take from one bucket, and a result says what is left", async () => {
    const free = await createOrganization({ tier: "free" });
    await send("GET", "/api/v2/products", { key: free.api_key });
    const told = await callTool("insights_summary", {}, { key: free.api_key });
    expect(told.meta["crow/rate_limit"]).toMatchObject({ charged: 2, minute: { limit: 60, remaining: 57 }, day: { limit: 1_000, remaining: 997 } });
    const { headers } = await send("GET", "/api/v2/products", { key: free.api_key });
    expect(headers.get("X-RateLimit-Remaining")).toBe("56");
  });
});
