import { beforeAll, describe, expect, it, vi } from "vitest";
import type { DocumentHost } from "../../src/domain/documents.ts";
import { graphqlExecutor } from "../../src/protocols/graphql/executor.ts";
import { createOrganization, send, type TestOrganization } from "../support/api.ts";
import { dataOf, documentOf, keyWith, run, runAll, runAsOperator, type GraphqlAnswer } from "./documents.ts";

let organization: TestOrganization;

beforeAll(async () => {
  organization = await createOrganization();
});

const CREATE = `mutation ($input: ProductInput!, $key: String) { createProduct(input: $input, idempotencyKey: $key) { id title version price { amount currency } status metadata } }`;

async function createProduct(title: string, more: Record<string, unknown> = {}): Promise<{ id: string; version: number }> {
  return (await dataOf(organization, CREATE, { variables: { input: { title, ...more } } })).createProduct;
}

describe("what is written over GraphQL is what REST shows", () => {
  it("creates, updates by version, replaces and deletes", async () => {
    const product = await createProduct("Cup", { price: { amount: 900, currency: "EUR" }, brand: "Acme" });
    const update = `mutation ($id: ID!, $version: Int) { updateProduct(id: $id, input: {title: "Mug", brand: null}, expectedVersion: $version) { title brand version price { amount } } }`;
    const updated = await dataOf(organization, update, { variables: { id: product.id, version: product.version } });
    expect(updated.updateProduct).toEqual({ title: "Mug", brand: null, version: product.version + 1, price: { amount: 900 } });

    const stale = await run(organization, update, { variables: { id: product.id, version: product.version } });
    expect(stale.data).toEqual({ updateProduct: null });
    expect(stale.errors![0]!.extensions).toEqual({ code: "PRECONDITION_FAILED", details: { current_version: product.version + 1 } });

    const rest = await send("GET", `/api/v2/products/${product.id}`, { key: organization.api_key });
    expect(rest.body).toMatchObject({ title: "Mug", brand: null, price: { amount: 900, currency: "EUR" } });

    const replaced = await dataOf(organization, `mutation ($id: ID!) { replaceProduct(id: $id, input: {title: "Jug"}) { title price { amount } } }`, {
      variables: { id: product.id },
    });
    expect(replaced.replaceProduct).toEqual({ title: "Jug", price: null });

    const removed = await dataOf(organization, `mutation ($id: ID!) { deleteProduct(id: $id) { id deleted } }`, { variables: { id: product.id } });
    expect(removed.deleteProduct).toEqual({ id: product.id, deleted: true });
    const gone = await run(organization, `query ($id: ID!) { product(id: $id) { id } }`, { variables: { id: product.id } });
    expect(gone.errors![0]!.extensions.code).toBe("NOT_FOUND");
  });

  it("leaves what lies inside JSON as it is", async () => {
    const metadata = { snake_case: { inner_key: [1, "two_three"] }, camelCase: true, nothing: null };
    const { metadata: stored } = (await dataOf(organization, CREATE, { variables: { input: { title: "Cup", metadata } } })).createProduct;
    expect(stored).toEqual(metadata);
    const literal = `mutation { createProduct(input: {title: "Cup", metadata: {snake_case: {inner_key: [1, 2.5, "x"]}, camelCase: null}}) { metadata } }`;
    expect((await dataOf(organization, literal)).createProduct.metadata).toEqual({ snake_case: { inner_key: [1, 2.5, "x"] }, camelCase: null });
    const mixed = `mutation ($inner: JSON) { createProduct(input: {title: "Cup", metadata: {from_variable: $inner}}) { metadata } }`;
    expect((await dataOf(organization, mixed, { variables: { inner: { deep_key: 1 } } })).createProduct.metadata).toEqual({
      from_variable: { deep_key: 1 },
    });
  });

  it("takes and answers amounts beyond 32 bits", async () => {
    const price = { amount: 999_999_999_999, currency: "JPY" };
    expect((await dataOf(organization, CREATE, { variables: { input: { title: "Tower", price } } })).createProduct.price).toEqual(price);
    const literal = `mutation { createProduct(input: {title: "Tower", price: {amount: 999999999999, currency: "JPY"}}) { price { amount } } }`;
    expect((await dataOf(organization, literal)).createProduct.price.amount).toBe(price.amount);
  });

  it("takes null as not sent in what is made and in filters, and clears by it in an update", async () => {
    const { id } = await createProduct("Cup", { brand: "Acme", status: "ARCHIVED" });
    const data = await dataOf(
      organization,
      `mutation ($id: ID!) { updateProduct(id: $id, input: {brand: null}) { brand status } createProduct(input: {title: "New", images: null, status: null}) { images status } }`,
      {
        variables: { id },
      },
    );
    expect(data.updateProduct).toEqual({ brand: null, status: "ARCHIVED" });
    expect(data.createProduct).toEqual({ images: [], status: "ACTIVE" });
    expect((await dataOf(organization, "{ products(filter: {brand: null}, first: 1) { id } }")).products).toHaveLength(1);
  });

  it("shows enumerations in capitals and stores the domain's values", async () => {
    const created = await dataOf(
      organization,
      `mutation { createApiKey(input: {name: "k", scopes: [PRODUCTS_READ, EVENTS_READ]}) { id scopes environment } }`,
    );
    expect(created.createApiKey).toMatchObject({ scopes: ["EVENTS_READ", "PRODUCTS_READ"], environment: "LIVE" });
    const rest = await send("GET", `/api/v2/api-keys/${created.createApiKey.id}`, { key: organization.api_key });
    expect(rest.body.scopes).toEqual(["events:read", "products:read"]);
  });
});

describe("a repeated change is answered once", () => {
  it("by the field's own key", async () => {
    const variables = { input: { title: "Once" }, key: "own-1" };
    const first = await dataOf(organization, CREATE, { variables });
    expect((await dataOf(organization, CREATE, { variables })).createProduct).toEqual(first.createProduct);
    const other = await run(organization, CREATE, { variables: { ...variables, input: { title: "Other" } } });
    expect(other.errors![0]!.extensions.code).toBe("IDEMPOTENCY_MISMATCH");
    const bad = await run(organization, CREATE, { variables: { ...variables, key: "no spaces" } });
    expect(bad.errors![0]!.extensions).toMatchObject({ code: "VALIDATION_ERROR", details: { field: "idempotencyKey" } });
  });

  it("by the request's key, each change under a key of its own", async () => {
    const two = `mutation { a: createProduct(input: {title: "A"}) { id } ...more } fragment more on Mutation { b: createProduct(input: {title: "B"}) { id } }`;
    const first = await dataOf(organization, two, { idempotency_key: "request-1" });
    expect(first.a.id).not.toBe(first.b.id);
    expect(await dataOf(organization, two, { idempotency_key: "request-1" })).toEqual(first);
  });

  it("under the same key in REST, for a document with one change", async () => {
    const data = await dataOf(organization, CREATE, { variables: { input: { title: "Shared" } }, idempotency_key: "shared-1" });
    const rest = await send("POST", "/api/v2/products", {
      key: organization.api_key,
      body: { title: "Shared" },
      headers: { "Idempotency-Key": "shared-1" },
    });
    expect(rest.headers.get("Idempotency-Replayed")).toBe("true");
    expect(rest.body.id).toBe(data.createProduct.id);
  });

  it("runs the changes of a document in order", async () => {
    const data = await dataOf(
      organization,
      `mutation { a: createProduct(input: {title: "1", externalId: "order-1"}) { id } b: batchUpsertProducts(input: {products: [{title: "2", externalId: "order-1"}]}) { updated results { result } } }`,
    );
    expect(data.b).toEqual({ updated: 1, results: [{ result: "UPDATED" }] });
  });
});

describe("an error says where, as the client wrote it", () => {
  const fieldOf = async (query: string, variables: Record<string, unknown> = {}): Promise<unknown> => {
    const { errors } = await run(organization, query, { variables });
    expect(errors![0]!.extensions.code).toBe("VALIDATION_ERROR");
    return errors![0]!.extensions.details.field;
  };

  it.each([
    ["input.price.amount", `mutation { createProduct(input: {title: "x", price: {amount: -1, currency: "EUR"}}) { id } }`],
    ["input.externalId", `mutation { createProduct(input: {title: "x", externalId: ""}) { id } }`],
    ["input.products.1.title", `mutation { batchUpsertProducts(input: {products: [{title: "x", sku: "s"}, {title: "", sku: "t"}]}) { created } }`],
    ["id", `{ product(id: "nothing") { id } }`],
    ["id", `mutation { deleteProduct(id: "nothing") { id } }`],
    ["first", `{ products(first: 0) { id } }`],
    ["first", `{ productsConnection(first: 101) { nodes { id } } }`],
    ["after", `{ productsConnection(first: 1, after: "x") { nodes { id } } }`],
    ["filter.dateFrom", `{ interactions(filter: {dateFrom: "yesterday"}) { id } }`],
    ["filter.type", `{ interactions(filter: {type: ["nonsense"]}) { id } }`],
    ["dateRange.dateFrom", `{ insights(dateRange: {dateFrom: "2019-10-02", dateTo: "2019-10-01"}) { computedAt } }`],
    ["dateRange.dateTo", `{ usage(dateRange: {dateTo: "2019"}) { dateTo } }`],
    ["externalId", `{ lookupProduct { id } }`],
    ["config.filter.date_from", `mutation { triggerExport(config: {resource: PRODUCTS, format: CSV, filter: {date_from: "2019-10-01"}}) { id } }`],
    ["config.fields.0", `mutation { triggerExport(config: {resource: PRODUCTS, format: CSV, fields: ["external_i"]}) { id } }`],
    [
      "input.interactions.0.items.0.externalId",
      `mutation { ingestInteractions(input: {interactions: [{type: "view_item", items: [{quantity: 1}]}]}) { accepted } }`,
    ],
    ["webhookId", `{ webhookDeliveries(webhookId: "nothing") { id } }`],
  ])("%s", async (field, query) => {
    expect(await fieldOf(query)).toBe(field);
  });

  it("in each issue and in the message", async () => {
    const { errors } = await run(
      organization,
      `mutation { createProduct(input: {title: "", externalId: "", price: {amount: 1, currency: "euro"}}) { id } }`,
    );
    const { message, extensions } = errors![0]!;
    expect(message).toBe("Invalid input.title");
    expect((extensions.details.issues as { field: string }[]).map(({ field }) => field)).toEqual([
      "input.title",
      "input.externalId",
      "input.price.currency",
    ]);
    const lookup = await run(organization, `{ lookupProduct(externalId: "a", sku: "b") { id } }`);
    expect(lookup.errors![0]!.extensions.details.expected).toBe("exactly one of externalId and sku");
  });

  it("at each item of a batch", async () => {
    const data = await dataOf(
      organization,
      `mutation { ingestInteractions(input: {interactions: [{type: "view_item"}, {type: "view_item", visitorId: ""}]}) { accepted rejected results { status error { code details } } } }`,
    );
    expect(data.ingestInteractions).toMatchObject({ accepted: 1, rejected: 1 });
    expect(data.ingestInteractions.results[1]).toMatchObject({
      status: "REJECTED",
      error: { code: "VALIDATION_ERROR", details: { field: "input.interactions.1.visitorId" } },
    });
  });

  it("for variables that their types do not take", async () => {
    const { data, errors } = await run(organization, CREATE, { variables: { input: { title: 1 } } });
    expect(data).toBeUndefined();
    expect(errors![0]!.extensions.code).toBe("VALIDATION_ERROR");
  });
});

describe("what a credential may not see is an error at its field, and the rest stands", () => {
  it("at the root and in relations", async () => {
    await createProduct("Visible");
    const key = await keyWith(organization, ["products:read"]);
    const { data, errors } = await run(organization, `{ products(first: 1) { title insights { views } } exports { id } }`, { key });
    expect(data.products).toEqual([{ title: expect.any(String), insights: null }]);
    expect(data.exports).toBeNull();
    expect(errors!.map(({ path, extensions }) => [path!.join("."), extensions.code, extensions.details])).toEqual([
      ["products.0.insights", "FORBIDDEN", { required_scope: "insights:read" }],
      ["exports", "FORBIDDEN", { required_scope: "exports:read" }],
    ]);
  });

  it("without an answer that grows with the places that failed", async () => {
    await dataOf(organization, `mutation ($products: [ProductInput!]!) { batchUpsertProducts(input: {products: $products}) { created } }`, {
      variables: { products: Array.from({ length: 100 }, (_, index) => ({ title: `Many ${index}`, sku: `many-${index}` })) },
    });
    const key = await keyWith(organization, ["products:read"]);
    const { errors } = await run(organization, `{ products(first: 100) { a: insights { views } b: insights { carts } } }`, { key });
    expect(errors).toHaveLength(101);
    expect(errors!.at(-1)).toMatchObject({ message: "100 more places failed", extensions: { code: "FORBIDDEN" } });
  });
});

describe("connections page by the cursors of REST", () => {
  it("exactly through a list that is filtered and ordered", async () => {
    const own = await createOrganization();
    await dataOf(own, `mutation ($products: [ProductInput!]!) { batchUpsertProducts(input: {products: $products}) { created } }`, {
      variables: {
        products: Array.from({ length: 7 }, (_, index) => ({ title: `P${index}`, sku: `p-${index}`, brand: index === 3 ? "other" : "acme" })),
      },
    });
    const query = `query ($after: String) { productsConnection(filter: {brand: "acme"}, orderBy: [TITLE_DESC], first: 4, after: $after) {
      edges { cursor node { title } } nodes { title } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;
    const first = (await dataOf(own, query)).productsConnection;
    expect(first.nodes.map(({ title }: { title: string }) => title)).toEqual(["P6", "P5", "P4", "P2"]);
    expect(first.edges.map(({ node }: { node: unknown }) => node)).toEqual(first.nodes);
    expect(first.pageInfo).toEqual({
      hasNextPage: true,
      hasPreviousPage: false,
      startCursor: first.edges[0].cursor,
      endCursor: first.edges[3].cursor,
    });
    const rest = await send("GET", "/api/v1/products?brand=acme&sort=-title&limit=4", { key: own.api_key });
    expect(rest.body.next_cursor).toBe(first.pageInfo.endCursor);

    const after_second = (await dataOf(own, query, { variables: { after: first.edges[1].cursor } })).productsConnection;
    expect(after_second.nodes.map(({ title }: { title: string }) => title)).toEqual(["P4", "P2", "P1", "P0"]);
    const last = (await dataOf(own, query, { variables: { after: first.pageInfo.endCursor } })).productsConnection;
    expect(last.nodes.map(({ title }: { title: string }) => title)).toEqual(["P1", "P0"]);
    expect(last.pageInfo).toEqual({ hasNextPage: false, hasPreviousPage: true, startCursor: last.edges[0].cursor, endCursor: last.edges[1].cursor });
    const none = (await dataOf(own, query, { variables: { after: last.pageInfo.endCursor } })).productsConnection;
    expect(none).toMatchObject({ nodes: [], pageInfo: { hasNextPage: false, startCursor: null, endCursor: null } });
    const elsewhere = await run(own, `query ($after: String) { productsConnection(first: 4, after: $after) { nodes { title } } }`, {
      variables: { after: first.pageInfo.endCursor },
    });
    expect(elsewhere.errors![0]!.extensions).toMatchObject({ code: "VALIDATION_ERROR", details: { field: "after" } });
  });
});

describe("node(id)", () => {
  it("finds anything by its id", async () => {
    const { id } = await createProduct("Found");
    const query = `query ($id: ID!) { node(id: $id) { __typename id ... on Product { title insights { views } } ... on Organization { name } } }`;
    expect((await dataOf(organization, query, { variables: { id } })).node).toEqual({
      __typename: "Product",
      id,
      title: "Found",
      insights: { views: 0 },
    });
    expect((await dataOf(organization, query, { variables: { id: organization.id } })).node).toMatchObject({
      __typename: "Organization",
      id: organization.id,
    });
    const ingested = await dataOf(organization, `mutation { ingestInteractions(input: {interactions: [{type: "view_item"}]}) { results { id } } }`);
    const interaction = ingested.ingestInteractions.results[0].id;
    expect((await dataOf(organization, query, { variables: { id: interaction } })).node).toEqual({ __typename: "Interaction", id: interaction });
  });

  it.each(["prd_01jd0000000000000000000000", "prd_short", "xyz_1", "nothing", ""])("says NOT_FOUND for %s", async (id) => {
    const { data, errors } = await run(organization, `query ($id: ID!) { node(id: $id) { id } }`, { variables: { id } });
    expect(data).toEqual({ node: null });
    expect(errors![0]!.extensions.code).toBe("NOT_FOUND");
  });
});

describe("the operator", () => {
  it("creates organizations and sees the deployment's keys and nobody's data", async () => {
    const created = await runAsOperator(
      `mutation { createOrganization(input: {name: "By GraphQL", tier: PROFESSIONAL}) { id name tier apiKey apiKeyId } }`,
    );
    expect(created.data.createOrganization).toMatchObject({ name: "By GraphQL", tier: "PROFESSIONAL", apiKey: expect.stringMatching(/^crow_live_/) });
    const rotated = await runAsOperator(`mutation { rotateSigningKey(input: {immediately: true}) { kid status } }`);
    expect(rotated.data.rotateSigningKey.status).toBe("SIGNING");
    const { data } = await runAsOperator(`{ signingKeys { kid status algorithm } organizationsConnection(first: 1) { nodes { name } } }`);
    expect(data.signingKeys[0]).toEqual({ ...rotated.data.rotateSigningKey, algorithm: "ES256" });
    expect(data.organizationsConnection.nodes).toHaveLength(1);
    const { errors } = await runAsOperator(`{ products { id } }`);
    expect(errors![0]!.extensions.code).toBe("NOT_FOUND");
    const refused = await run(organization, `{ signingKeys { kid } }`);
    expect(refused.errors![0]!.extensions).toEqual({ code: "FORBIDDEN", details: { required_scope: "operator" } });
  });
});

describe("what a request costs", () => {
  it("is in rateLimit and in the extensions, each document's own, with what the whole request left", async () => {
    const starter = await createOrganization({ tier: "starter" });
    const document = documentOf(`{ rateLimit { charged minute { limit remaining resetS } day { remaining } } }`, { cost: 3 });
    const { results } = await runAll(starter, [document, document]);
    const { data, extensions } = JSON.parse(results[1]!);
    expect(data.rateLimit).toMatchObject({ charged: 3, minute: { limit: 300, remaining: 294 }, day: { remaining: 49_994 } });
    expect(extensions.cost).toMatchObject({ charged: 3, minute: { limit: 300, remaining: 294, resetS: expect.any(Number) }, day: { limit: 50_000 } });
  });
});

describe("what is our fault", () => {
  it("is logged, and told without detail", () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    const broken: DocumentHost = {
      call: () => ({ ok: true, value: { id: "prd_1", title: null }, replayed: false }),
      relate: () => {
        throw new Error("secret detail");
      },
      charged: 0,
      limit: null,
    };
    const text = graphqlExecutor.execute(documentOf(`{ a: product(id: "x") { title } b: product(id: "x") { id insights { views } } }`), broken);
    const { data, errors } = JSON.parse(text) as GraphqlAnswer;
    expect(data).toEqual({ a: null, b: { id: "prd_1", insights: null } });
    expect(errors!.map(({ message, extensions }) => [message, extensions.code])).toEqual([
      ["Something failed on our side; report the request's id if it persists", "INTERNAL_ERROR"],
      ["Something failed on our side; report the request's id if it persists", "INTERNAL_ERROR"],
    ]);
    expect(text).not.toContain("secret detail");
    expect(log.mock.calls.map(([line]) => JSON.parse(String(line)).graphql_path)).toEqual([
      ["a", "title"],
      ["b", "insights"],
    ]);
    log.mockRestore();
  });
});
