import { exports } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { preferredType } from "../../src/protocols/graphql/http/accept.ts";
import { handleGraphqlHttp } from "../../src/protocols/graphql/http/yoga.ts";
import type { GraphqlBindings } from "../../src/protocols/graphql/bindings.ts";
import type { DocumentResult } from "../../src/domain/documents.ts";
import { BASE_URL, createOrganization, send } from "../support/api.ts";
import { ask, codes, RESPONSE_JSON, type GraphqlBody } from "./request.ts";

let key: string;
beforeAll(async () => {
  key = (await createOrganization()).api_key;
});

const CREATE = "mutation ($title: String!) { createProduct(input: {title: $title}) { id title } }";

async function titles(api_key: string): Promise<string[]> {
  const { body } = await ask<{ products: { title: string }[] }>(api_key, "{ products(first: 100) { title } }");
  return body.data!.products.map(({ title }) => title);
}

describe("an operation", () => {
  it("is answered by POST, with the headers of every answer", async () => {
    const reply = await ask(key, { query: CREATE, variables: { title: "Posted" } });
    expect(reply.body).toEqual({
      data: { createProduct: { id: expect.stringMatching(/^prd_/), title: "Posted" } },
      extensions: { cost: { charged: 1, minute: null, day: null } },
    });
    expect(reply.status).toBe(200);
    expect(reply.headers.get("X-Request-Id")).toMatch(/^req_/);
    expect(reply.headers.get("Access-Control-Allow-Origin")).toBe("*");
  });

  it("is answered with a slash at the end of the path as without", async () => {
    expect((await send<GraphqlBody>("POST", "/graphql/", { key, body: { query: "{ __typename }" } })).body.data).toEqual({ __typename: "Query" });
  });

  it("is answered by GET when it reads, with variables and the operation's name", async () => {
    const query = new URLSearchParams({
      query: "query A { __typename } query B($name: String!) { __type(name: $name) { name } }",
      operationName: "B",
      variables: '{"name": "Product"}',
    });
    const reply = await send<GraphqlBody>("GET", `/graphql?${query.toString()}`, { key });
    expect(reply.body.data).toEqual({ __type: { name: "Product" } });
  });

  it("is answered whatever its URL ends with", async () => {
    expect((await send<GraphqlBody>("GET", "/graphql?query={__typename}&from=/health", { key })).body.data).toEqual({ __typename: "Query" });
  });

  it("by GET that would change something is 405 and changes nothing", async () => {
    const query = new URLSearchParams({ query: CREATE, variables: '{"title": "By a link"}' });
    const reply = await send<GraphqlBody>("GET", `/graphql?${query.toString()}`, { key });
    expect([reply.status, codes(reply.body), reply.headers.get("Allow")]).toEqual([405, ["METHOD_NOT_ALLOWED"], "POST"]);
    expect(await titles(key)).not.toContain("By a link");
  });

  it("that a browser opens is answered as JSON; without one the browser gets GraphiQL", async () => {
    const headers = { Accept: "text/html,application/xhtml+xml,*/*;q=0.8" };
    expect((await send<GraphqlBody>("GET", "/graphql?query={__typename}", { key, headers })).body.data).toEqual({ __typename: "Query" });
    const page = await send<string>("GET", "/graphql", { headers });
    expect([page.status, page.headers.get("Content-Type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect(page.body).toContain("GraphiQL");
  });

  it("sees its own organization and nothing else", async () => {
    const other = await createOrganization();
    const { body } = await ask(other.api_key, { query: CREATE, variables: { title: "Theirs" } });
    const { id } = body.data!.createProduct as { id: string };
    expect(await titles(key)).not.toContain("Theirs");
    const foreign = await ask(key, `{ product(id: "${id}") { title } node(id: "${id}") { id } organization(id: "${other.id}") { name } }`);
    expect(foreign.body.data).toEqual({ product: null, node: null, organization: null });
    const never = await ask(key, `{ product(id: "prd_01jd0000000000000000000000") { title } }`);
    expect([...new Set(codes(foreign.body))]).toEqual([...new Set(codes(never.body))]);
  });

  it("has its scope judged field by field", async () => {
    const reader = await send<{ key: string }>("POST", "/api/v1/api-keys", { key, body: { name: "R", scopes: ["products:read"] } });
    const reply = await ask(reader.body.key, "{ products(first: 1) { id } interactions(first: 1) { id } }");
    expect(reply.status).toBe(200);
    expect(reply.body.data).toEqual({ products: [{ id: expect.any(String) }], interactions: null });
    expect(reply.body.errors).toMatchObject([
      { path: ["interactions"], extensions: { code: "FORBIDDEN", details: { required_scope: "interactions:read" } } },
    ]);
  });
});

describe("a request is refused", () => {
  it.each<[string, number, string, string, { body?: unknown; headers?: Record<string, string>; path?: string }]>([
    ["by another method", 405, "METHOD_NOT_ALLOWED", "PUT", { body: { query: "{ __typename }" } }],
    ["without a body", 400, "VALIDATION_ERROR", "POST", {}],
    ["with a body that is no JSON", 400, "VALIDATION_ERROR", "POST", { body: "{" }],
    ["with a text for a body", 400, "VALIDATION_ERROR", "POST", { body: '"query"' }],
    ["with null for a body", 400, "VALIDATION_ERROR", "POST", { body: "null" }],
    ["without an operation", 400, "VALIDATION_ERROR", "POST", { body: { query: "" } }],
    ["with a body over 1 MiB", 413, "PAYLOAD_TOO_LARGE", "POST", { body: { query: "{ __typename }", extensions: { x: "x".repeat(1_100_000) } } }],
    [
      "with variables nested too deeply",
      400,
      "VALIDATION_ERROR",
      "POST",
      { body: `{"query": "{ __typename }", "variables": {"a": ${"[".repeat(100_000)}${"]".repeat(100_000)}}}` },
    ],
    ["with a URL over its bound", 414, "URI_TOO_LONG", "GET", { path: `/graphql?query=${"x".repeat(9_000)}` }],
    ["with variables in the URL that are no JSON", 400, "VALIDATION_ERROR", "GET", { path: "/graphql?query={__typename}&variables={" }],
    [
      "with an Idempotency-Key that is no token",
      400,
      "VALIDATION_ERROR",
      "POST",
      { body: { query: "{ __typename }" }, headers: { "Idempotency-Key": "a b" } },
    ],
    ["for a subscription without a stream", 400, "VALIDATION_ERROR", "POST", { body: { query: "subscription { usageUpdated { generatedAt } }" } }],
  ])("%s (%i)", async (_why, status, code, method, { body, headers, path }) => {
    const reply = await send<GraphqlBody>(method, path ?? "/graphql", {
      key,
      body,
      headers: { Accept: RESPONSE_JSON, "Content-Type": "application/json", ...headers },
    });
    expect([reply.status, codes(reply.body)], JSON.stringify(reply.body)).toEqual([status, [code]]);
    expect(reply.body.errors![0]!.extensions.details).toBeTypeOf("object");
    expect(reply.body).not.toHaveProperty("data");
    expect(JSON.stringify(reply.body).length).toBeLessThan(2_000);
  });

  it("with a document's errors as 400, or as 200 where the client only knows application/json", async () => {
    for (const query of ["{", "{ nothing }", "query ($id: ID!) { product(id: $id) { id } }", "query A { __typename } query B { __typename }"]) {
      const [strict, old] = [await ask(key, query), await ask(key, query, { Accept: "application/json" })];
      expect([strict.status, old.status], query).toEqual([400, 200]);
      expect(old.body).toEqual(strict.body);
      expect(codes(strict.body)).toEqual(["VALIDATION_ERROR"]);
    }
  });

  it("names the variable that is wrong", async () => {
    const { body } = await ask(key, { query: CREATE, variables: { title: 5 } });
    expect(body.errors![0]!.extensions).toEqual({ code: "VALIDATION_ERROR", details: { field: "title", expected: "String!" } });
  });
});

describe("the answer's media type", () => {
  it.each([
    [null, "application/json"],
    ["*/*", "application/json"],
    ["text/html", "application/json"],
    ["application/json", "application/json"],
    ["application/graphql-response+json; charset=utf-8, application/json; charset=utf-8", RESPONSE_JSON],
    ["application/graphql-response+json,application/json;q=0.9", RESPONSE_JSON],
    ["application/graphql-response+json;q=0.1, application/json", "application/json"],
    ["application/json;q=0, application/graphql-response+json", RESPONSE_JSON],
    ["application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed", RESPONSE_JSON],
    ["text/event-stream", "text/event-stream"],
    ["constructor", "application/json"],
    ["__proto__", "application/json"],
    ["multipart/mixed;deferSpec=20220824,application/graphql-response+json,application/json;q=0.9", RESPONSE_JSON],
  ])("for Accept: %s is %s", (accept, type) => {
    expect(preferredType(accept)).toBe(type);
  });

  it("is none that was not asked for first by a client that knows only others: a change that was made is answered", async () => {
    const reply = await ask(key, { query: CREATE, variables: { title: "Told" } }, { Accept: "image/png" });
    expect([reply.status, reply.headers.get("Content-Type")]).toEqual([200, "application/json; charset=utf-8"]);
    expect(reply.body.data).toMatchObject({ createProduct: { title: "Told" } });
  });
});

describe("an Idempotency-Key", () => {
  it("makes one product of two requests, and replays the answer", async () => {
    const { api_key } = await createOrganization();
    const twice = [1, 2].map(() => ask(api_key, { query: CREATE, variables: { title: "Once" } }, { "Idempotency-Key": "g-1" }));
    const replies = await Promise.all(twice);
    const done = replies.filter(({ body }) => body.data?.createProduct);
    expect(done.length).toBeGreaterThan(0);
    expect(await titles(api_key)).toEqual(["Once"]);
    const again = await ask(api_key, { query: CREATE, variables: { title: "Once" } }, { "Idempotency-Key": "g-1" });
    expect(again.body.data).toEqual(done[0]!.body.data);
  });
});

describe("a browser", () => {
  it("may send what GraphQL clients add to a request", async () => {
    const preflight = await exports.default.fetch(
      new Request(`${BASE_URL}/graphql`, { method: "OPTIONS", headers: { Origin: "https://shop.example" } }),
    );
    expect(preflight.status).toBe(204);
    const allowed = preflight.headers.get("Access-Control-Allow-Headers")!.toLowerCase().split(", ");
    expect(allowed).toEqual(
      expect.arrayContaining(["authorization", "content-type", "idempotency-key", "apollo-require-preflight", "x-apollo-operation-name"]),
    );
  });
});

describe("when the organization's actor", () => {
  const request = (): Request =>
    new Request(`${BASE_URL}/graphql`, { method: "POST", headers: { "Content-Type": "application/json" }, body: '{"query": "{ __typename }"}' });
  const bindings = (execute: () => Promise<DocumentResult>): GraphqlBindings => ({
    execute,
    openLive: () => Promise.reject(new Error("not asked for")),
    persistedOperation: () => Promise.resolve(null),
    rememberOperation: () => {},
    refusal: () => null,
    noteRefused: () => {},
  });
  const options = { introspection: true, request_id: "req_1" };

  it("does not answer, a request is 503 and says when to come back", async () => {
    const failure = { code: "UNAVAILABLE", message: "Retry in a moment", details: { retry_after_s: 1 } } as const;
    const none = { failure, results: [], limit: null, retry_after_s: null, rows_read: 0, rows_written: 0 };
    const { response } = await handleGraphqlHttp(
      request(),
      bindings(() => Promise.resolve(none)),
      options,
    );
    expect([response.status, response.headers.get("Retry-After")]).toEqual([503, "1"]);
    expect(codes(await response.json())).toEqual(["UNAVAILABLE"]);
  });

  it("cannot be called for a reason of ours, the client is told no more than the request's id", async () => {
    const { response } = await handleGraphqlHttp(
      request(),
      bindings(() => Promise.reject(new Error("the secret is 42"))),
      options,
    );
    expect(response.status).toBe(500);
    const body = await response.json<GraphqlBody>();
    expect(codes(body)).toEqual(["INTERNAL_ERROR"]);
    expect(body.errors![0]!.message).toContain("req_1");
    expect(JSON.stringify(body)).not.toContain("42");
  });
});

describe("the log line of a request", () => {
  it("names protocol, operations and error, and holds nothing of what was sent", async () => {
    const lines: string[] = [];
    const spy = vi.spyOn(console, "log").mockImplementation((...args) => void lines.push(args.join(" ")));
    const lineOf = (id: string): Record<string, unknown> | undefined =>
      lines
        .flatMap((line) => line.split("\n"))
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .find(({ request_id }) => request_id === id);
    try {
      const secret = "a-secret-title";
      await ask(key, { query: CREATE, variables: { title: secret } }, { "X-Request-Id": "log-1" });
      await ask(key, "{ insights { totals { visitors { value } } } a: products { id } b: products { title } }", { "X-Request-Id": "log-2" });
      await ask(key, `{ nothing(title: "${secret}") }`, { "X-Request-Id": "log-3" });
      expect(lineOf("log-1")).toMatchObject({
        protocol: "graphql",
        operation: "products.create",
        error: null,
        path: "/graphql",
        rows_written: expect.any(Number),
      });
      expect(lineOf("log-2")).toMatchObject({ operation: "insights.summary,products.list" });
      expect(lineOf("log-3")).toMatchObject({ operation: null, error: "VALIDATION_ERROR" });
      expect(lines.join()).not.toContain(secret);
    } finally {
      spy.mockRestore();
    }
  });
});
