import { createHash } from "node:crypto";
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { parseApiKey } from "../../src/actors/secrets/api_key_format.ts";
import { DOCUMENT_MAX_BYTES, PERSISTED_OPERATIONS_MAX } from "../../src/domain/persisted_operations/persisted_operation.ts";
import { findOperation, LOOK_UPS_MAX } from "../../src/edge/graphql/persisted_operations.ts";
import { callerOf } from "../../src/edge/caller.ts";
import { createOrganization, OPERATOR_TOKEN, send, type ErrorBody, type TestOrganization } from "../support/api.ts";
import { ask, codes, RESPONSE_JSON, type GraphqlBody } from "./request.ts";

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");
/** A text that no other test has. */
const fresh = (): string => `query T${crypto.randomUUID().replaceAll("-", "")} { __typename }`;
const apollo = (query: string, with_text = false): Record<string, unknown> => ({
  ...(with_text ? { query } : {}),
  extensions: { persistedQuery: { version: 1, sha256Hash: hashOf(query) } },
});
const byId = (query: string): Record<string, unknown> => ({ documentId: `sha256:${hashOf(query)}` });

async function register({ api_key }: { api_key: string }, query: string, name = "Test"): Promise<string> {
  const reply = await send<{ sha256: string }>("POST", "/api/v2/persisted-operations", { key: api_key, body: { name, query } });
  expect(reply.status, JSON.stringify(reply.body)).toBe(201);
  return reply.body.sha256;
}

async function registeredOnly({ id, api_key }: TestOrganization, only: boolean): Promise<void> {
  const reply = await send("PATCH", `/api/v1/organizations/${id}`, { key: api_key, body: { settings: { persisted_operations_only: only } } });
  expect(reply.body.settings).toMatchObject({ persisted_operations_only: only });
}

describe("automatic persisted queries", () => {
  it("go as Apollo's clients do: the hash, then the text with it, then the hash alone, by POST and GET", async () => {
    const { api_key } = await createOrganization();
    const query = fresh();
    const unknown = await ask(api_key, apollo(query));
    expect(unknown.status).toBe(200);
    expect(unknown.body.errors).toMatchObject([{ message: "PersistedQueryNotFound", extensions: { code: "PERSISTED_QUERY_NOT_FOUND" } }]);
    expect((await ask(api_key, apollo(query, true))).body.data).toEqual({ __typename: "Query" });
    expect((await ask(api_key, apollo(query))).body.data).toEqual({ __typename: "Query" });
    const parameters = new URLSearchParams({ extensions: JSON.stringify(apollo(query).extensions) });
    expect((await send<GraphqlBody>("GET", `/graphql?${parameters.toString()}`, { key: api_key })).body.data).toEqual({ __typename: "Query" });
  });

  it("take variables and the operation's name like every other", async () => {
    const { api_key } = await createOrganization();
    const query = `query A { __typename } query B($name: String!) { __type(name: $name) { name } } # ${crypto.randomUUID()}`;
    await ask(api_key, { ...apollo(query, true), operationName: "A" });
    const reply = await ask(api_key, { ...apollo(query), operationName: "B", variables: { name: "Money" } });
    expect(reply.body.data).toEqual({ __type: { name: "Money" } });
  });

  it("are kept only under their own hash, and only when they are valid", async () => {
    const { api_key } = await createOrganization();
    const [query, other] = [fresh(), fresh()];
    const forged = await ask(api_key, { query: other, ...apollo(query) });
    expect([forged.status, forged.body.errors![0]!.extensions.details.field]).toEqual([400, "extensions.persistedQuery.sha256Hash"]);
    for (const text of [query, other]) expect(codes((await ask(api_key, apollo(text))).body)).toEqual(["PERSISTED_QUERY_NOT_FOUND"]);
    const wrong = `{ nothing } # ${crypto.randomUUID()}`;
    expect(codes((await ask(api_key, apollo(wrong, true))).body)).toEqual(["VALIDATION_ERROR"]);
    expect(codes((await ask(api_key, apollo(wrong))).body)).toEqual(["PERSISTED_QUERY_NOT_FOUND"]);
  });

  it("of one organization mean nothing at another, nor in its own sandbox", async () => {
    const [mine, other] = [await createOrganization(), await createOrganization()];
    const query = fresh();
    await ask(mine.api_key, apollo(query, true));
    expect(codes((await ask(other.api_key, apollo(query))).body)).toEqual(["PERSISTED_QUERY_NOT_FOUND"]);
    const test_key = await send<{ key: string }>("POST", "/api/v1/api-keys", {
      key: mine.api_key,
      body: { name: "Sandbox", environment: "test", scopes: ["products:read"] },
    });
    expect(codes((await ask(test_key.body.key, apollo(query))).body)).toEqual(["PERSISTED_QUERY_NOT_FOUND"]);
  });

  it.each([
    ["version", { version: 2, sha256Hash: "0".repeat(64) }],
    ["sha256Hash", { version: 1, sha256Hash: "0".repeat(63) }],
    ["sha256Hash", { version: 1, sha256Hash: "A".repeat(64) }],
    ["sha256Hash", { version: 1 }],
    ["version", "text"],
  ])("with a bad %s are refused", async (field, persistedQuery) => {
    const { api_key } = await createOrganization();
    const reply = await ask(api_key, { query: "{ __typename }", extensions: { persistedQuery } });
    expect([reply.status, reply.body.errors![0]!.extensions.details.field]).toEqual([400, `extensions.persistedQuery.${field}`]);
  });
});

describe("a registered operation", () => {
  it("runs by its hash, in both ways of naming it", async () => {
    const organization = await createOrganization();
    const query = `query ($first: Int!) { products(first: $first) { title } } # ${crypto.randomUUID()}`;
    expect(await register(organization, query)).toBe(hashOf(query));
    for (const operation of [apollo(query), byId(query)])
      expect((await ask(organization.api_key, { ...operation, variables: { first: 1 } })).body.data).toEqual({ products: [] });
    const parameters = new URLSearchParams({ documentId: `sha256:${hashOf(query)}`, variables: '{"first": 2}' });
    expect((await send<GraphqlBody>("GET", `/graphql?${parameters.toString()}`, { key: organization.api_key })).body.data).toEqual({ products: [] });
  });

  it("that changes something does not run by GET", async () => {
    const organization = await createOrganization();
    const query = `mutation { createProduct(input: {title: "By id"}) { id } } # ${crypto.randomUUID()}`;
    await register(organization, query);
    const reply = await send<GraphqlBody>("GET", `/graphql?documentId=sha256:${hashOf(query)}`, { key: organization.api_key });
    expect([reply.status, codes(reply.body)]).toEqual([405, ["METHOD_NOT_ALLOWED"]]);
    expect((await ask(organization.api_key, byId(query))).body.data).toMatchObject({ createProduct: { id: expect.any(String) } });
  });

  it("is its organization's alone", async () => {
    const [mine, other] = [await createOrganization(), await createOrganization()];
    const query = fresh();
    await register(mine, query);
    expect((await ask(mine.api_key, byId(query))).body.data).toEqual({ __typename: "Query" });
    expect(codes((await ask(other.api_key, byId(query))).body)).toEqual(["PERSISTED_QUERY_NOT_FOUND"]);
  });

  it("is listed without and told with its text, renamed by registering it again, and gone when it is deleted", async () => {
    const organization = await createOrganization();
    const key = organization.api_key;
    const query = fresh();
    const sha256 = await register(organization, query, "First");
    await register(organization, query, "First");
    await register(organization, query, "Second");
    const list = await send<{ data: Record<string, unknown>[] }>("GET", "/api/v1/persisted-operations", { key });
    expect(list.body.data).toEqual([{ sha256, name: "Second", created_at: expect.any(String) }]);
    expect((await send("GET", `/api/v1/persisted-operations/${sha256}`, { key })).body).toMatchObject({ sha256, name: "Second", query });
    expect((await send("DELETE", `/api/v1/persisted-operations/${sha256}`, { key })).body).toEqual({ sha256, deleted: true });
    expect((await send("GET", `/api/v1/persisted-operations/${sha256}`, { key })).status).toBe(404);
    const audit = await send<{ data: { type: string }[] }>("GET", `/api/v1/audit-log?subject=${sha256}`, { key });
    expect(audit.body.data.map(({ type }) => type)).toEqual([
      "persisted_operation.deleted",
      "persisted_operation.updated",
      "persisted_operation.created",
    ]);
  });

  it("needs its scopes", async () => {
    const { api_key } = await createOrganization();
    const reader = await send<{ key: string }>("POST", "/api/v1/api-keys", {
      key: api_key,
      body: { name: "R", scopes: ["persisted_operations:read"] },
    });
    expect((await send("GET", "/api/v1/persisted-operations", { key: reader.body.key })).status).toBe(200);
    const refused = await send<ErrorBody>("POST", "/api/v1/persisted-operations", { key: reader.body.key, body: { name: "X", query: fresh() } });
    expect([refused.status, refused.body.error.details.required_scope]).toEqual([403, "persisted_operations:write"]);
  });

  it("has at most 100 KB, and an organization at most 1,000 of them", async () => {
    const organization = await createOrganization();
    const long = await send<ErrorBody>("POST", "/api/v1/persisted-operations", {
      key: organization.api_key,
      body: { name: "Long", query: `{ __typename } #${"é".repeat(DOCUMENT_MAX_BYTES / 2)}` },
    });
    expect([long.status, long.body.error.details.field]).toEqual([400, "query"]);
    await runInDurableObject(env.ORGANIZATIONS.getByName(organization.id), (_actor, state) => {
      state.storage.sql.exec(
        `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
         INSERT INTO persisted_operations SELECT printf('%064d', i), 'Many', '{ __typename }', 0 FROM n`,
        PERSISTED_OPERATIONS_MAX - 1,
      );
    });
    const query = fresh();
    await register(organization, query);
    const refused = await send<ErrorBody>("POST", "/api/v1/persisted-operations", {
      key: organization.api_key,
      body: { name: "More", query: fresh() },
    });
    expect([refused.status, refused.body.error.details.limit]).toEqual([409, PERSISTED_OPERATIONS_MAX]);
    await register(organization, query, "Renamed");
  });

  it("that is unknown is one error, and a documentId of another form says what it takes", async () => {
    const { api_key } = await createOrganization();
    const unknown = await ask(api_key, byId(fresh()));
    expect([unknown.status, codes(unknown.body)]).toEqual([400, ["PERSISTED_QUERY_NOT_FOUND"]]);
    expect((await ask(api_key, byId(fresh()), { Accept: "application/json" })).status).toBe(200);
    for (const documentId of ["my-query", "md5:0", `sha256:${"A".repeat(64)}`, `sha256:${"0".repeat(64)}:1`, 5]) {
      const reply = await ask(api_key, { documentId });
      expect([reply.status, reply.body.errors![0]!.extensions.details.field], String(documentId)).toEqual([400, "documentId"]);
    }
  });

  it("is asked of the actor once and no more: its answer holds for a minute", async () => {
    const { id, api_key } = await createOrganization();
    const actor = env.ORGANIZATIONS.getByName(id);
    const unknown = byId(fresh());
    await ask(api_key, unknown);
    await evictDurableObject(actor);
    await ask(api_key, unknown);
    await expect(evictDurableObject(actor)).rejects.toThrow("not currently running");
  });

  it("is asked for so often in a minute at most by one caller, whose hashes may be made up; others are not held up, and what was known stays known", async () => {
    const organization = await createOrganization();
    const { id, api_key } = organization;
    const actor = env.ORGANIZATIONS.getByName(id);
    const query = fresh();
    await register(organization, query);
    const asker = { actor: id, caller: callerOf(parseApiKey(api_key, env.CROW_SECRET)!) };
    const other = { actor: id, caller: "another" };
    expect(await findOperation(env, asker, hashOf(query), "req_1")).toBe(query);
    for (let count = 0; count < LOOK_UPS_MAX - 1; count++) expect(await findOperation(env, asker, hashOf(fresh()), "req_1")).toBeNull();
    await evictDurableObject(actor);
    expect(codes((await ask(api_key, byId(fresh()))).body)).toEqual(["RATE_LIMITED"]);
    expect((await ask(api_key, byId(query))).body.data).toEqual({ __typename: "Query" });
    expect(await findOperation(env, other, hashOf(fresh()), "req_1")).toBeNull();
    vi.useFakeTimers({ now: Math.floor(Date.now() / 60_000) * 60_000 + 61_000, toFake: ["Date"] });
    try {
      for (let count = 0; count < LOOK_UPS_MAX; count++) await findOperation(env, asker, hashOf(fresh()), "req_1");
      expect(await findOperation(env, asker, hashOf(query), "req_1")).toBe(query);
      await expect(findOperation(env, asker, hashOf(fresh()), "req_1")).rejects.toMatchObject({ code: "RATE_LIMITED" });
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("an organization that runs registered operations only", () => {
  it("refuses every other text as a whole, and takes back at once what is deleted", async () => {
    const organization = await createOrganization({ tier: "free" });
    const key = organization.api_key;
    const query = `mutation ($title: String!) { createProduct(input: {title: $title}) { title } } # ${crypto.randomUUID()}`;
    const sha256 = await register(organization, query);
    await registeredOnly(organization, true);
    const variables = { title: "Registered" };
    for (const operation of [byId(query), apollo(query), { query }])
      expect((await ask(key, { ...operation, variables })).body.data).toEqual({ createProduct: { title: "Registered" } });

    const other = query.replace("title }", "title id }");
    for (const operation of [{ query: other }, apollo(other, true), { query: `${query} ` }, { query: "{ __typename }" }]) {
      const reply = await ask(key, { ...operation, variables });
      expect([reply.status, codes(reply.body)]).toEqual([403, ["FORBIDDEN"]]);
      expect(reply.body).not.toHaveProperty("data");
    }
    const batch = await send<GraphqlBody[]>("POST", "/graphql", {
      key,
      body: [
        { ...byId(query), variables },
        { query: other, variables },
      ],
      headers: { Accept: RESPONSE_JSON },
    });
    expect([batch.status, batch.body.map((answer) => codes(answer))]).toEqual([403, [["FORBIDDEN"], ["FORBIDDEN"]]]);

    await send("DELETE", `/api/v1/persisted-operations/${sha256}`, { key });
    const gone = await ask(key, { ...byId(query), variables });
    expect([gone.status, codes(gone.body)]).toEqual([403, ["FORBIDDEN"]]);
    const products = await send<{ data: unknown[] }>("GET", "/api/v1/products", { key });
    expect(products.body.data).toHaveLength(3);
  });

  it("charges what it refuses, does not bind the operator, and runs everything again when the setting is off", async () => {
    const organization = await createOrganization({ tier: "free" });
    await registeredOnly(organization, true);
    const [first, second] = [await ask(organization.api_key, "{ __typename }"), await ask(organization.api_key, "{ __typename }")];
    expect(Number(first.headers.get("X-RateLimit-Remaining")) - Number(second.headers.get("X-RateLimit-Remaining"))).toBe(1);
    const operator = await ask(OPERATOR_TOKEN, "{ products(first: 1) { id } }", { "X-Organization-Id": organization.id });
    expect(operator.body.data).toEqual({ products: [] });
    await registeredOnly(organization, false);
    expect((await ask(organization.api_key, "{ __typename }")).status).toBe(200);
  });
});
