// The same operations over REST v2 and GraphQL: equal outcomes, equal errors, one limit, one audit log, one memory of idempotency keys.
import { beforeAll, describe, expect, it } from "vitest";
import { OPERATIONS, OPERATIONS_BY_NAME } from "../../src/domain/registry.ts";
import { createOrganization, OPERATOR_TOKEN, send, type ErrorBody, type TestOrganization } from "../support/api.ts";
import { BAD_INPUTS } from "./bad_inputs.ts";
import { expectEqualValues } from "./equal_values.ts";
import { camel, rootFieldOf, runOverGraphql } from "./graphql_calls.ts";
import { createStockedOrganization, itemsOf, runOverRest } from "./rest_calls.ts";

let rest: TestOrganization;
let graphql: TestOrganization;
beforeAll(async () => {
  [rest, graphql] = [await createStockedOrganization(), await createStockedOrganization()];
});

/** In camelCase and without what cannot be equal in two answers: when they were made, and whether a field without a value is absent (REST) or null (GraphQL). */
function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== "object" || value === null) return value ?? null;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, item]) => item !== null && !["computedAt", "lastUsedAt"].includes(camel(name)))
      .map(([name, item]) => [camel(name), comparable(item)]),
  );
}

const cases = OPERATIONS.flatMap((operation) =>
  operation.examples.map((example) => [operation.name, example.title, operation, example.input as Record<string, unknown>] as const),
);

describe("every operation", () => {
  it("has a field", () => {
    expect(OPERATIONS.filter((operation) => !rootFieldOf(operation)).map(({ name }) => name)).toEqual([]);
  });

  it.each(cases)("%s, %s: comes to the same outcome over REST and GraphQL", async (_name, _title, operation, input) => {
    const keyOf = (organization: TestOrganization): string => (operation.scope === "operator" ? OPERATOR_TOKEN : organization.api_key);
    const reads = operation.effect === "read";
    const told = await runOverGraphql(operation, input, keyOf(graphql));
    const expected = await runOverRest(operation, input, keyOf(reads ? graphql : rest));
    expect([told.code, told.field], `${expected.text}\n${told.text}`).toEqual([expected.code, expected.field]);
    if (expected.code !== undefined) return;
    expectEqualValues(operation, comparable(told.value), comparable(itemsOf(expected.value)));
  });
});

describe("a read of something that there is", () => {
  const read = async (name: string, input: (product_id: string) => Record<string, unknown>) => {
    const found = await send<{ id: string }>("GET", "/api/v2/products/lookup?sku=EXAMPLE", { key: graphql.api_key });
    const operation = OPERATIONS_BY_NAME.get(name)!;
    const told = await runOverGraphql(operation, input(found.body.id), graphql.api_key);
    const expected = await runOverRest(operation, input(found.body.id), graphql.api_key);
    expect([told.code, expected.status], told.text).toEqual([undefined, 200]);
    expect(comparable(told.value)).toEqual(comparable(expected.value));
    return expected.value as Record<string, unknown>;
  };

  it("is the same over REST and GraphQL: a product's story, what moved, what changed", async () => {
    expect(await read("products.story", (product_id) => ({ product_id }))).toMatchObject({
      product: { sku: "EXAMPLE", catalog: { status: "active" } },
      recent_interactions: [{ type: "purchase" }],
    });
    expect(await read("insights.movers", () => ({ metric: "purchases" }))).toMatchObject({
      movers: [{ presence: "new", product: { sku: "EXAMPLE" } }],
    });
    expect(await read("insights.changes", () => ({}))).toMatchObject({ drivers: [{ dimension: "product" }, { dimension: "source" }, {}, {}] });
  });
});

describe("bad input", () => {
  it.each(BAD_INPUTS)("%s %j is refused alike", async (name, input) => {
    const operation = OPERATIONS_BY_NAME.get(name)!;
    const told = await runOverGraphql(operation, input, graphql.api_key);
    const expected = await runOverRest(operation, input, graphql.api_key);
    expect(expected.code).toBeDefined();
    expect([told.code, told.field], `${expected.text}\n${told.text}`).toEqual([expected.code, expected.field]);
  });
});

const CREATE = "mutation ($input: ProductInput!) { createProduct(input: $input) { id version } }";
const create = (key: string, input: Record<string, unknown>, headers: Record<string, string> = {}) =>
  send<{
    data: { createProduct: { id: string; version: number } | null };
    errors?: { extensions: { code: string; details: Record<string, unknown> } }[];
  }>("POST", "/graphql", { key, headers, body: { query: CREATE, variables: { input } } });

describe("what holds in one protocol", () => {
  it("an Idempotency-Key: GraphQL replays what REST did, and refuses another request under it", async () => {
    const headers = { "Idempotency-Key": "across" };
    const made = await send<{ id: string }>("POST", "/api/v2/products", { key: graphql.api_key, headers, body: { title: "Once" } });
    const again = await create(graphql.api_key, { title: "Once" }, headers);
    expect(again.body.data.createProduct?.id).toBe(made.body.id);
    const other = await create(graphql.api_key, { title: "Other" }, headers);
    expect(other.body.errors?.[0]?.extensions.code).toBe("IDEMPOTENCY_MISMATCH");
  });

  it("expectedVersion: a stale one changes nothing and says the current one", async () => {
    const { id } = (await create(graphql.api_key, { title: "Versioned" })).body.data.createProduct!;
    const update = (title: string, expectedVersion: number) =>
      send<{ data: { updateProduct: { version: number } | null }; errors?: { extensions: { code: string; details: Record<string, unknown> } }[] }>(
        "POST",
        "/graphql",
        {
          key: graphql.api_key,
          body: {
            query:
              "mutation ($id: ID!, $input: UpdateProductInput!, $expectedVersion: Int) { updateProduct(id: $id, input: $input, expectedVersion: $expectedVersion) { version } }",
            variables: { id, input: { title }, expectedVersion },
          },
        },
      );
    expect((await update("second", 1)).body.data.updateProduct?.version).toBe(2);
    const stale = await update("third", 1);
    expect(stale.body.data.updateProduct).toBeNull();
    expect(stale.body.errors?.[0]?.extensions).toMatchObject({ code: "PRECONDITION_FAILED", details: { current_version: 2 } });
    const { body } = await send<{ title: string; version: number }>("GET", `/api/v2/products/${id}`, { key: graphql.api_key });
    expect(body).toMatchObject({ title: "second", version: 2 });
  });

  it("scopes: what a key lacks is named alike, and nothing is done", async () => {
    const { body: key } = await send<{ key: string }>("POST", "/api/v2/api-keys", {
      key: graphql.api_key,
      body: { name: "Reader", scopes: ["products:read"] },
    });
    const over_rest = await send<ErrorBody>("POST", "/api/v2/products", { key: key.key, body: { title: "No" } });
    const over_graphql = await create(key.key, { title: "No" });
    expect(over_rest.body.error).toMatchObject({ code: "FORBIDDEN", details: { required_scope: "products:write" } });
    expect(over_graphql.body.errors?.[0]?.extensions).toMatchObject({ code: "FORBIDDEN", details: { required_scope: "products:write" } });
  });

  it("the audit log: the same entry but for the protocol", async () => {
    const made = (await create(graphql.api_key, { title: "Audited" })).body.data.createProduct!;
    const other = await send<{ id: string }>("POST", "/api/v2/products", { key: graphql.api_key, body: { title: "Audited" } });
    const entryOf = async (id: string) =>
      (await send<{ data: Record<string, unknown>[] }>("GET", `/api/v2/audit-log?subject=${id}`, { key: graphql.api_key })).body.data[0]!;
    const [first, second] = [await entryOf(made.id), await entryOf(other.body.id)];
    expect([first.protocol, second.protocol]).toEqual(["graphql", "rest/v2"]);
    for (const name of ["type", "operation", "principal", "before"]) expect(first[name]).toEqual(second[name]);
    expect(Object.keys(first.after as object).toSorted()).toEqual(Object.keys(second.after as object).toSorted());
  });

  it("the rate limit: both protocols take from one bucket", async () => {
    const free = await createOrganization({ tier: "free" });
    await send("GET", "/api/v2/products", { key: free.api_key });
    const { body } = await send<{ data: { rateLimit: { minute: { remaining: number } } } }>("POST", "/graphql", {
      key: free.api_key,
      body: { query: "{ rateLimit { minute { remaining } } }" },
    });
    expect(body.data.rateLimit.minute.remaining).toBe(58);
    const { headers } = await send("GET", "/api/v2/products", { key: free.api_key });
    expect(headers.get("X-RateLimit-Remaining")).toBe("57");
  });
});
