import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { getIntrospectionQuery, parse } from "graphql";
import { beforeAll, describe, expect, it } from "vitest";
import { ANSWERS_LENGTH_MAX } from "../../src/domain/documents.ts";
import { DOCUMENT_MAX_BYTES } from "../../src/domain/persisted_operations/persisted_operation.ts";
import worker from "../../src/edge/worker.ts";
import { COMMENTS_MAX, TOKENS_MAX } from "../../src/protocols/graphql/limits/parse.ts";
import {
  ALIASES_MAX,
  DEPTH_MAX,
  DIRECTIVES_MAX,
  FRAGMENTS_MAX,
  INTROSPECTION_DEPTH_MAX,
  OPERATIONS_MAX,
  ROOT_FIELDS_MAX,
  shapeError,
} from "../../src/protocols/graphql/limits/shape.ts";
import { VALIDATION_ERRORS_MAX } from "../../src/protocols/graphql/limits/validate.ts";
import { NODES_MAX, VALUES_MAX } from "../../src/protocols/graphql/limits/weight.ts";
import { prepare, type Prepared } from "../../src/protocols/graphql/prepare.ts";
import { BASE_URL, createOrganization, send, type Reply, type TestOrganization } from "../support/api.ts";
import { ask, askAll, codes, type GraphqlBody } from "./request.ts";

const many = (count: number, part: (index: number) => string): string => Array.from({ length: count }, (_, index) => part(index)).join(" ");
const nested = (levels: number, field = "a"): string => `{ ${field} `.repeat(levels) + "}".repeat(levels);

function prepared(query: string, variables: Record<string, unknown> = {}, introspection = true): Prepared {
  return prepare({ query, variables }, { introspection });
}

function refusalOf(result: Prepared): Record<string, unknown> {
  if (result.ok) throw new Error(`not refused: ${result.document.query.slice(0, 200)}`);
  return result.errors[0]!.extensions.details as Record<string, unknown>;
}

describe("the shape of a document", () => {
  const bounds: [what: string, limit: number, document: (count: number) => string][] = [
    ["levels of fields", DEPTH_MAX, (count) => nested(count)],
    ["levels of fields", DEPTH_MAX, (count) => `{ a { ...F } } fragment F on T ${nested(count - 1)}`],
    ["levels of fields", DEPTH_MAX, (count) => `{ a { ... on T { ... ${nested(count - 1)} } } }`],
    ["levels of introspection", INTROSPECTION_DEPTH_MAX, (count) => `{ __schema ${nested(count - 1)} }`],
    ["aliases", ALIASES_MAX, (count) => `{ a { ${many(count, (index) => `a${index}: a`)} } }`],
    ["directives", DIRECTIVES_MAX, (count) => `{ a { ${many(count, () => "a @skip(if: true)")} } }`],
    ["fragments", FRAGMENTS_MAX, (count) => `{ a } ${many(count, (index) => `fragment F${index} on T { a }`)}`],
    ["operations", OPERATIONS_MAX, (count) => many(count, (index) => `query Q${index} { a }`)],
    ["root fields", ROOT_FIELDS_MAX, (count) => `{ ${many(count, () => "a")} }`],
    ["root fields", ROOT_FIELDS_MAX, (count) => `{ ...F ...F } fragment F on Query { ${many(count / 2, () => "a")} ${count % 2 ? "a" : ""} }`],
  ];

  it.each(bounds)("has at most so many %s (%i)", (what, limit, document) => {
    expect(shapeError(parse(document(limit)))).toBeNull();
    const error = shapeError(parse(document(limit + 1)));
    expect(error?.extensions).toMatchObject({ code: "VALIDATION_ERROR", details: { expected: `at most ${limit} ${what}`, limit } });
  });

  it("counts what lies below __schema apart: tools that read the schema may nest", () => {
    expect(
      prepared(
        getIntrospectionQuery({
          specifiedByUrl: true,
          directiveIsRepeatable: true,
          schemaDescription: true,
          inputValueDeprecation: true,
          oneOf: true,
        }),
      ).ok,
    ).toBe(true);
  });

  it("has no alias below __schema and __type, which would multiply the schema at every level", () => {
    for (const query of [
      "{ a: __schema { types { name } } }",
      "{ __schema { a: types { name } } }",
      "{ __schema { types { ...T } } } fragment T on __Type { a: fields { name } }",
      "{ __schema { types { ... on __Type { a: fields { name } } } } }",
    ])
      expect(refusalOf(prepared(query))).toEqual({ expected: "introspection without aliases" });
    expect(prepared('{ a: __type(name: "Product") { name } b: __type(name: "Interaction") { name } }').ok).toBe(true);
  });
});

describe("the text of a document", () => {
  it("has at most so many tokens, comments and bytes", () => {
    const fields = (count: number): string => `{ products { ${"...F ".repeat(count)} } } fragment F on Product { id }`;
    const tokens = (query: string): number => parse(query).tokenCount!;
    const fitting = fields(Math.floor((TOKENS_MAX - tokens(fields(0))) / 2));
    expect(tokens(fitting)).toBeGreaterThan(TOKENS_MAX - 2);
    expect(prepared(fitting).ok).toBe(true);
    expect(refusalOf(prepared(fitting.replace("...F", "...F ...F")))).toMatchObject({ field: "query", limit: TOKENS_MAX });

    expect(prepared(`{ __typename } ${"#\n".repeat(COMMENTS_MAX)}`).ok).toBe(true);
    expect(refusalOf(prepared(`{ __typename } ${"#\n".repeat(COMMENTS_MAX + 1)}`))).toMatchObject({ field: "query", limit: COMMENTS_MAX });

    const padded = (bytes: number): string => `{ __typename } #${"é".repeat((bytes - 16) / 2)}`;
    expect(new TextEncoder().encode(padded(DOCUMENT_MAX_BYTES))).toHaveLength(DOCUMENT_MAX_BYTES);
    expect(prepared(padded(DOCUMENT_MAX_BYTES)).ok).toBe(true);
    expect(refusalOf(prepared(padded(DOCUMENT_MAX_BYTES + 2)))).toMatchObject({ field: "query", limit: DOCUMENT_MAX_BYTES });
  });

  it.each([
    ["fields", nested(1_950)],
    ["lists", `{ product(id: ${"[".repeat(1_900)}${"]".repeat(1_900)}) { id } }`],
    ["types", `query ($a: ${"[".repeat(1_900)}Int${"]".repeat(1_900)}) { product(id: $a) { id } }`],
    ["inline fragments", `{ ${"... { ".repeat(1_300)} __typename ${"}".repeat(1_300)} }`],
  ])("that nests %s as deeply as tokens allow is judged, not fatal", (_what, query) => {
    const result = prepared(query);
    if (!result.ok) expect(result.errors.map(({ extensions }) => extensions.code)).toContain("VALIDATION_ERROR");
  });

  it("with thousands of faults is told a few, and no more of itself than is useful", () => {
    const faults = prepared(`{ products { ${many(1_000, (index) => `no${index}`)} } }`);
    expect(!faults.ok && faults.errors.length).toBeLessThanOrEqual(VALIDATION_ERRORS_MAX + 1);
    const long = prepared(`{ ${"x".repeat(90_000)} }`);
    expect(!long.ok && JSON.stringify(long.errors).length).toBeLessThan(1_000);
  });

  const chain = (text: string): string =>
    `{ products { ...F0 } } ${many(50, (index) => `fragment F${index} on Product { ${text} ${index < 49 ? `...F${index + 1}` : ""} }`)}`;

  it.each([
    ["in one place", `{ products { ${"price { amount } ".repeat(900)} } }`],
    ["in fragments that are merged", chain("price { amount currency } ".repeat(5))],
    ["in fragments that nothing spreads", chain("price { amount currency } ".repeat(5)).replace("...F0", "id")],
    ["below fields that are merged", `{ ${many(40, () => `products { ${"id ".repeat(30)} }`)} }`],
    [
      "in more places than can be looked at",
      many(8, (index) =>
        index === 0 ? "{ products { ...F1 } }" : `fragment F${index} on Product { ${many(8, (n) => `a${n}: x { ...F${index + 1} }`)} }`,
      ) + " fragment F8 on Product { id }",
    ],
  ])("that asks for the same fields very often, %s, is refused before comparing them takes long", (_where, query) => {
    expect(refusalOf(prepared(query))).toEqual({ expected: "each field once in one place" });
    // Less than graphql-js takes until it gives up.
    const started = Date.now();
    for (let salt = 0; salt < 20; salt++) prepared(`${query} #${salt}`);
    expect(Date.now() - started).toBeLessThan(600);
  });

  it("may ask for the same fields in each of as many fragments as it may have", () => {
    expect(prepared(chain("id title sku price { amount currency }")).ok).toBe(true);
  });

  it("nests JSON no deeper where it is written out than in variables", async () => {
    const { api_key } = await createOrganization();
    const create = (depth: number): Promise<Reply<GraphqlBody>> =>
      ask(api_key, `mutation { createProduct(input: {title: "T", metadata: {a: ${"[".repeat(depth)}${"]".repeat(depth)}}}) { id } }`);
    expect((await create(60)).body.errors).toBeUndefined();
    for (const depth of [65, 100, 1_950]) expect(codes((await create(depth)).body)).toEqual(["VALIDATION_ERROR"]);
  });
});

describe("fragments that spread fragments twice, 49 levels deep", () => {
  const chain = (type: string, end: string): string =>
    many(49, (index) => `fragment F${index} on ${type} { ${index < 48 ? `...F${index + 1} ...F${index + 1}` : end} }`);

  it("are weighed, refused or run in the time of their text", async () => {
    const { api_key } = await createOrganization();
    const started = Date.now();
    expect(refusalOf(prepared(`{ ...F0 } ${chain("Query", "__typename")}`)).limit).toBe(ROOT_FIELDS_MAX);
    expect(refusalOf(prepared(`{ products(first: 1) { ...F0 } } ${chain("Product", "title")}`)).limit).toBe(VALUES_MAX);
    // They ask for nothing in the end, so they are valid and run.
    expect((await ask(api_key, `{ products(first: 1) { ...F0 } } ${chain("Product", "")}`)).body.data).toEqual({ products: [] });
    expect((await ask(api_key, `mutation { ...F0 } ${chain("Mutation", "")}`, { "Idempotency-Key": "f-1" })).body.data).toEqual({});
    expect(Date.now() - started).toBeLessThan(5_000);
  });

  it("and lead back to themselves are refused", () => {
    expect(prepared("{ ...A } fragment A on Query { ...B __typename } fragment B on Query { ...A }").ok).toBe(false);
  });
});

describe("variables", () => {
  it("go no further than the operation that declares them: an actor and a subscription see no others", () => {
    const result = prepared(
      "query ($n: Int, $m: Int) { products(first: $n) { id @skip(if: false) } productsConnection(first: 1, after: null) { totalCount } a: products(first: $m) { id } }",
      {
        n: 1,
        junk: "j".repeat(1_000),
        toString: 1,
      },
    );
    expect(result).toMatchObject({ ok: true });
    expect(result.ok && result.document.variables).toEqual({ n: 1 });
  });
});

describe("the answer to an operation", () => {
  it.each([
    ["{ products(first: 101) { id } }", {}],
    ["{ products(first: 0) { id } }", {}],
    ["{ products(first: -5) { id } }", {}],
    ["query ($n: Int!) { productsConnection(first: $n) { nodes { id } } }", { n: 101 }],
    ["query ($n: Int = 1000) { products(first: $n) { id } }", {}],
    ["{ products(first: 1) { recentInteractions(first: 101) { id } } }", {}],
    ['{ webhookDeliveriesConnection(webhookId: "whk_01jd0000000000000000000000", first: 1000) { nodes { id } } }', {}],
  ])("has pages of 1 to 100: %s", (query, variables) => {
    expect(refusalOf(prepared(query, variables))).toEqual({ field: "first", expected: "1 to 100", limit: 100 });
  });

  it("needs the page's size where it is a connection", () => {
    expect(prepared("{ productsConnection { nodes { id } } }").ok).toBe(false);
    expect(prepared("{ productsConnection(first: 100) { nodes { id } } }").ok).toBe(true);
    expect(prepared("{ products { id } }").ok).toBe(true);
  });

  it("has at most so many nodes, whatever variables say: they are counted at each request", () => {
    const query = "query ($n: Int!) { products(first: 100) { recentInteractions(first: $n) { products { recentInteractions(first: $n) { id } } } } }";
    const few = prepared(query, { n: 1 });
    expect(few.ok).toBe(true);
    expect(refusalOf(prepared(query, { n: 100 }))).toMatchObject({ expected: `at most ${NODES_MAX} nodes`, limit: NODES_MAX });
    expect(prepared(query, { n: 1 })).toMatchObject({ document: { cost: few.ok ? few.document.cost : 0 } });
  });

  it("has at most so many fields, however they are multiplied", () => {
    const leaves = many(99, (index) => `a${index}: id`);
    expect(prepared(`{ products(first: 100) { ${leaves} } }`).ok).toBe(true);
    expect(refusalOf(prepared(`{ products(first: 100) { recentInteractions(first: 25) { ${leaves} } } }`))).toMatchObject({
      expected: `at most ${VALUES_MAX} fields`,
    });
  });

  it("is an error where it would be too long, however little a request says, and the actor goes on", async () => {
    const { api_key } = await createOrganization();
    const products = Array.from({ length: 100 }, (_, index) => ({ title: "Long", external_id: `long-${index}`, description: "x".repeat(9_000) }));
    expect((await send("POST", "/api/v2/products/batch", { key: api_key, body: { products } })).status).toBe(200);
    const repeated = (count: number): string => `{ products(first: 100) { ${many(count, (index) => `a${index}: description`)} } }`;
    expect((await ask(api_key, repeated(9))).body.errors).toBeUndefined();
    const refused = await ask(api_key, repeated(99));
    expect(refused.body).toMatchObject({
      data: null,
      errors: [{ extensions: { code: "PAYLOAD_TOO_LARGE", details: { limit_characters: ANSWERS_LENGTH_MAX } } }],
    });
    const batch = await askAll(api_key, [{ query: repeated(6) }, { query: repeated(6) }, { query: "{ __typename }" }]);
    expect(batch.body.map((answer) => codes(answer))).toEqual([[], ["PAYLOAD_TOO_LARGE"], []]);
  });

  it("is charged by its variables, not by the first request with its text", async () => {
    const { api_key } = await createOrganization();
    const query = "query ($n: Int!) { products(first: $n) { insights { views } } }";
    const charged = async (n: number): Promise<number> => (await ask(api_key, { query, variables: { n } })).body.extensions!.cost.charged;
    const [few, most] = [await charged(1), await charged(100)];
    expect(most).toBeGreaterThan(few);
    expect(await charged(1)).toBe(few);
  });
});

describe("introspection", () => {
  let organization: TestOrganization;
  beforeAll(async () => {
    organization = await createOrganization();
  });

  async function askWith(settings: Partial<Env>, query: string): Promise<GraphqlBody> {
    const context = createExecutionContext();
    const request = new Request(`${BASE_URL}/graphql`, {
      method: "POST",
      headers: { Authorization: `Bearer ${organization.api_key}`, "Content-Type": "application/json" },
      body: JSON.stringify({ query }),
    });
    const response = await worker.fetch(request as Request<unknown, IncomingRequestCfProperties>, { ...env, ...settings } as Env, context);
    await waitOnExecutionContext(context);
    return response.json();
  }

  it("tells the schema, unless the deployment's switch is off, whatever was asked before", async () => {
    const query = "{ __schema { queryType { name } } }";
    expect((await askWith({}, query)).data).toEqual({ __schema: { queryType: { name: "Query" } } });
    for (const asked of [query, '{ __type(name: "Product") { name } }', "{ ...F } fragment F on Query { __schema { queryType { name } } }"])
      expect(codes(await askWith({ INTROSPECTION: "off" }, asked))).toContain("VALIDATION_ERROR");
    expect((await askWith({ INTROSPECTION: "off" }, "{ __typename products(first: 1) { __typename } }")).data).toEqual({
      __typename: "Query",
      products: [],
    });
    expect((await askWith({}, query)).data).not.toBeNull();
  });

  it("that is off takes suggestions with it", () => {
    const message = (introspection: boolean): string => {
      const result = prepared("{ product(id: 1) { titel } }", {}, introspection);
      return result.ok ? "" : result.errors[0]!.message;
    };
    expect(message(true)).toContain('Did you mean "title"');
    expect(message(false)).not.toContain("title");
  });
});
