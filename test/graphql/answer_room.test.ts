import { beforeAll, describe, expect, it } from "vitest";
import { ANSWERS_VALUES_MAX, LIVE_ANSWER_VALUES_MAX, type AnswerRoom, type DocumentHost } from "../../src/domain/documents.ts";
import { graphqlExecutor } from "../../src/protocols/graphql/executor.ts";
import { createOrganization, send } from "../support/api.ts";
import { documentOf, type GraphqlAnswer } from "./documents.ts";
import { ask, askAll, codes } from "./request.ts";

const many = (count: number, part: (index: number) => string): string => Array.from({ length: count }, (_, index) => part(index)).join(" ");
const HOURLY = `timeseriesInsight(dateRange: {dateFrom: "2020-01-01", dateTo: "2022-04-10"}, interval: HOUR, limit: 1)`;
/** An empty organization has 20,000 of these points; they are weighed as 100. */
const POINTS = `{ ${HOURLY} { series { ${many(99, (index) => `p${index}: points { label startsAt partial }`)} } } }`;

describe("lists that are longer than they were weighed as", () => {
  let key: string;
  beforeAll(async () => {
    key = (await createOrganization()).api_key;
  });

  it("are an error as soon as the answers have no room for them, and the actor goes on", async () => {
    const started = Date.now();
    const reply = await ask(key, POINTS);
    expect(reply.body).toMatchObject({
      data: null,
      errors: [{ extensions: { code: "PAYLOAD_TOO_LARGE", details: { limit_fields: ANSWERS_VALUES_MAX } } }],
    });
    // All of them take as many seconds as the machine has memory for.
    expect(Date.now() - started).toBeLessThan(4_000);
    const few = await ask(key, `{ ${HOURLY} { series { points { label } } } }`);
    expect((few.body.data as { timeseriesInsight: { series: { points: unknown[] }[] } }).timeseriesInsight.series[0]!.points).toHaveLength(19_944);
  });

  it("leave nothing for what follows in the request: it is not run, and says so", async () => {
    const { body } = await askAll(key, [
      { query: 'mutation { createProduct(input: {title: "Before"}) { title } }' },
      { query: POINTS },
      { query: 'mutation { createProduct(input: {title: "After"}) { title } }' },
    ]);
    expect(body.map((answer) => codes(answer))).toEqual([[], ["PAYLOAD_TOO_LARGE"], ["PAYLOAD_TOO_LARGE"]]);
    expect(body[2]!.errors![0]!.message).toContain("not run");
    expect((await ask(key, "{ products { title } }")).body.data).toEqual({ products: [{ title: "Before" }] });
  });
});

describe("the room for answers", () => {
  const products = Array.from({ length: 100 }, (_, index) => ({ id: `prd_${index}`, title: "T", images: ["a", "b"] }));
  const page = { data: products, next_cursor: null, cursorAt: () => "" };
  let calls: string[] = [];
  const host: DocumentHost = {
    charged: 1,
    limit: null,
    call: ({ operation }) => {
      calls.push(operation);
      return { ok: true, value: operation === "products.list" ? page : products[0], replayed: false };
    },
    relate: () => ({ ok: true, value: [], replayed: false }),
  };
  const run = (query: string, room: AnswerRoom): GraphqlAnswer => {
    calls = [];
    return JSON.parse(graphqlExecutor.execute(documentOf(query), host, room)) as GraphqlAnswer;
  };

  it.each([
    ["items and their fields", "{ products(first: 100) { id title } }", 300],
    ["fields of fragments, each once", "{ products(first: 100) { ...F ... on Product { ...F } } } fragment F on Product { id title }", 500],
    [
      "no fields that are left out",
      "{ products(first: 100) { id title @skip(if: true) ...F @include(if: false) } } fragment F on Product { sku }",
      200,
    ],
    ["lists in lists, one by one", "{ products(first: 100) { images } }", 200 + 200],
    ["rows of a page in each form", "{ productsConnection(first: 100) { nodes { id } edges { node { id } } } }", 200 + 300],
    ["nothing for what is no list", "{ rateLimit { charged } }", 0],
  ])("is taken by %s", (_what, query, taken) => {
    const room = { characters: 100_000, values: 1_000 };
    expect(run(query, room).errors).toBeUndefined();
    expect(1_000 - room.values).toBe(taken);
  });

  it("that is used up has nothing more looked up, least of all changed", () => {
    const answer = run('mutation { a: createProduct(input: {title: "A"}) { images } b: createProduct(input: {title: "B"}) { id } }', {
      characters: 100_000,
      values: 1,
    });
    expect(answer).toMatchObject({ data: null, errors: [{ extensions: { code: "PAYLOAD_TOO_LARGE" } }] });
    expect(calls).toEqual(["products.create"]);
    for (const room of [
      { characters: 0, values: 1 },
      { characters: 1, values: 0 },
    ]) {
      expect(run("{ products { id } }", room)).toMatchObject({ data: null, errors: [{ extensions: { code: "PAYLOAD_TOO_LARGE" } }] });
      expect(calls).toEqual([]);
    }
  });
});

describe("an answer of a subscription", () => {
  it("has room of its own, and less", () => {
    const usage = Array.from({ length: 20_000 }, () => ({ date: "2026-11-01" }));
    const host = {
      call: () => ({ ok: true, value: { usage }, replayed: false }),
    } as unknown as DocumentHost;
    const show = (lists: number): GraphqlAnswer => {
      const fields = many(lists, (index) => `u${index}: usage { date }`);
      const { json } = graphqlExecutor.subscription(documentOf(`subscription { usageUpdated { ${fields} } }`)).show(host, 1);
      return JSON.parse(json) as GraphqlAnswer;
    };
    expect(show(1).errors).toBeUndefined();
    const started = Date.now();
    expect(show(99)).toMatchObject({
      data: null,
      errors: [{ extensions: { code: "PAYLOAD_TOO_LARGE", details: { limit_fields: LIVE_ANSWER_VALUES_MAX } } }],
    });
    expect(Date.now() - started).toBeLessThan(1_000);
    expect(show(1).errors).toBeUndefined();
  });
});

describe("products behind interactions", () => {
  let key: string;
  beforeAll(async () => {
    key = (await createOrganization()).api_key;
    const products = Array.from({ length: 200 }, (_value, index) => ({ title: `P${index}`, sku: `s${index}` }));
    await send("POST", "/api/v2/products/batch", { key, body: { products } });
    const items = products.map(({ sku }) => ({ sku }));
    const interactions = Array.from({ length: 100 }, () => ({ type: "purchase", visitor_id: "v", items }));
    await send("POST", "/api/v2/interactions", { key, body: { interactions } });
  });

  it("are loaded once each, however often they are referred to", async () => {
    const reply = await ask(key, "{ interactions(first: 1) { products { recentInteractions(first: 100) { products { id } } } } }");
    // 200 × 100 × 200 of them are no answer, but no fault of ours.
    expect(codes(reply.body)).toEqual(["PAYLOAD_TOO_LARGE"]);
    const fewer = await ask(key, "{ interactions(first: 1) { products { recentInteractions(first: 2) { products { id } } } } }");
    expect(fewer.body.errors).toBeUndefined();
  });
});
