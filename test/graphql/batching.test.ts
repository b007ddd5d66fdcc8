import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { GraphqlBindings } from "../../src/protocols/graphql/bindings.ts";
import type { Document } from "../../src/domain/documents.ts";
import { BATCH_MAX } from "../../src/protocols/graphql/http/read_request.ts";
import { handleGraphqlHttp } from "../../src/protocols/graphql/http/yoga.ts";
import { BASE_URL, createOrganization } from "../support/api.ts";
import { ask, askAll, codes, type GraphqlBody } from "./request.ts";

const create = (title: string, alias = "made"): Record<string, unknown> => ({
  query: `mutation ($title: String!) { ${alias}: createProduct(input: {title: $title}) { id title } }`,
  variables: { title },
});

describe("a batch", () => {
  it("is answered in order, each with its own variables", async () => {
    const { api_key } = await createOrganization();
    const reply = await askAll(
      api_key,
      Array.from({ length: BATCH_MAX }, (_, index) => create(`Product ${index}`, `made${index}`)),
    );
    expect(reply.status).toBe(200);
    expect(reply.body.map(({ data }, index) => data![`made${index}`])).toEqual(
      Array.from({ length: BATCH_MAX }, (_, index) => ({ id: expect.any(String), title: `Product ${index}` })),
    );
  });

  it("changes things in its order: each operation sees what those before it did", async () => {
    const { api_key } = await createOrganization();
    const count = { query: "{ products(first: 100) { title } }" };
    const reply = await askAll(api_key, [count, create("First"), count, create("Second"), count]);
    const seen = reply.body.flatMap(({ data }) => (data?.products ? [(data.products as { title: string }[]).map(({ title }) => title)] : []));
    expect(seen).toEqual([[], ["First"], ["Second", "First"]]);
  });

  it("answers an operation that is none with its errors while the others run", async () => {
    const { api_key } = await createOrganization();
    const reply = await askAll(api_key, [
      create("Before"),
      { query: "{ nothing }" },
      "text",
      { query: "subscription { usageUpdated { generatedAt } }" },
      { query: "{", variables: 5 },
      { extensions: { persistedQuery: { version: 1, sha256Hash: "0".repeat(64) } } },
      create("After"),
    ]);
    expect(reply.status).toBe(200);
    expect(reply.body.map(({ data }) => (data ? "data" : "none"))).toEqual(["data", "none", "none", "none", "none", "none", "data"]);
    expect(reply.body.map((answer) => codes(answer))).toEqual([
      [],
      ["VALIDATION_ERROR"],
      ["VALIDATION_ERROR"],
      ["VALIDATION_ERROR"],
      ["VALIDATION_ERROR"],
      ["PERSISTED_QUERY_NOT_FOUND"],
      [],
    ]);
    expect((await ask(api_key, "{ products { title } }")).body.data!.products).toHaveLength(2);
  });

  it("of nothing that can run costs nothing and is an array all the same", async () => {
    const { api_key } = await createOrganization({ tier: "free" });
    const reply = await askAll(api_key, [{ query: "{" }, { query: "{ nothing }" }]);
    expect(reply.body.map((answer) => codes(answer))).toEqual([["VALIDATION_ERROR"], ["VALIDATION_ERROR"]]);
    expect((await ask(api_key, "{ rateLimit { minute { remaining } } }")).body.data).toEqual({ rateLimit: { minute: { remaining: 59 } } });
  });

  it.each([
    ["no operation", []],
    [`more than ${BATCH_MAX} operations`, Array.from({ length: BATCH_MAX + 1 }, () => create("Too many"))],
  ])("of %s is refused as a whole", async (_what, operations) => {
    const { api_key } = await createOrganization();
    const reply = await askAll(api_key, operations);
    expect(reply.status).toBe(400);
    expect(codes(reply.body as unknown as GraphqlBody)).toEqual(["VALIDATION_ERROR"]);
    expect((await ask(api_key, "{ products { title } }")).body.data!.products).toEqual([]);
  });

  it("with one Idempotency-Key gives each operation its own, and replays them all", async () => {
    const { api_key } = await createOrganization();
    const batch = [create("One"), create("Two")];
    const [first, second] = [await askAll(api_key, batch, { "Idempotency-Key": "b-1" }), await askAll(api_key, batch, { "Idempotency-Key": "b-1" })];
    expect(first.body.map(({ data }) => (data!.made as { title: string }).title)).toEqual(["One", "Two"]);
    expect(second.body.map(({ data }) => data)).toEqual(first.body.map(({ data }) => data));
    expect((await ask(api_key, "{ products { title } }")).body.data!.products).toHaveLength(2);
  });

  it("is one call of the actor, with the valid operations in order", async () => {
    const QUERY = "query ($place: ID!) { product(id: $place) { id } }";
    const calls: Document[][] = [];
    const bindings: GraphqlBindings = {
      execute: (documents) => {
        calls.push(documents);
        return Promise.resolve({
          failure: null,
          results: documents.map(({ variables }) => JSON.stringify({ data: variables })),
          limit: null,
          retry_after_s: null,
          rows_read: 0,
          rows_written: 0,
        });
      },
      openLive: () => Promise.reject(new Error("not asked for")),
      // The first is found later than the second: its place stays its own.
      persistedOperation: (sha256) => new Promise((resolve) => setTimeout(() => resolve(QUERY), sha256.startsWith("a") ? 20 : 0)),
      rememberOperation: () => {},
      refusal: () => null,
      noteRefused: () => {},
    };
    const named = (letter: string, place: number): Record<string, unknown> => ({ documentId: `sha256:${letter.repeat(64)}`, variables: { place } });
    const body = JSON.stringify([named("a", 0), { query: "{" }, named("b", 2), { query: QUERY, variables: { place: 3 } }]);
    const request = new Request(`${BASE_URL}/graphql`, { method: "POST", headers: { "Content-Type": "application/json" }, body });
    const { response } = await handleGraphqlHttp(request, bindings, { introspection: true, request_id: "req_1" });
    expect(calls.map((documents) => documents.map(({ variables }) => variables.place))).toEqual([[0, 2, 3]]);
    expect((await response.json<GraphqlBody[]>()).map(({ data }) => data?.place)).toEqual([0, undefined, 2, 3]);
  });

  it("is one request in the audit log", async () => {
    const { id, api_key } = await createOrganization();
    await askAll(api_key, [create("A"), create("B"), create("C")]);
    const rows = await runInDurableObject(env.ORGANIZATIONS.getByName(id), (_actor, state) =>
      state.storage.sql.exec("SELECT DISTINCT request_id, protocol FROM audit_log WHERE type = 'product.created'").toArray(),
    );
    expect(rows).toMatchObject([{ protocol: "graphql" }]);
  });
});
