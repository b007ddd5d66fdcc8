import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { buildSchema, getIntrospectionQuery, Kind, parse, type GraphQLSchema, type OperationDefinitionNode } from "graphql";
import { beforeAll, describe, expect, it } from "vitest";
import { DOCUMENT_MAX_BYTES } from "../../src/domain/persisted_operations/persisted_operation.ts";
import worker from "../../src/edge/worker.ts";
import { BoundedCache } from "../../src/protocols/bounded_cache.ts";
import { COMMENTS_MAX, TOKENS_MAX } from "../../src/protocols/graphql/limits/parse.ts";
import {
  ALIASES_MAX,
  DEPTH_MAX,
  DIRECTIVES_MAX,
  FRAGMENTS_MAX,
  INTROSPECTION_DEPTH_MAX,
  ROOT_FIELDS_MAX,
  shapeError,
} from "../../src/protocols/graphql/limits/shape.ts";
import { VALIDATION_ERRORS_MAX } from "../../src/protocols/graphql/limits/validate.ts";
import { NODES_MAX, VALUES_MAX, weigh, type Weight } from "../../src/protocols/graphql/limits/weight.ts";
import { prepare, type Prepared } from "../../src/protocols/graphql/prepare.ts";
import type { FieldCost } from "../../src/protocols/graphql/schema/field_cost.ts";
import { BASE_URL, createOrganization, type TestOrganization } from "../support/api.ts";
import { ask, codes, type GraphqlBody } from "./request.ts";

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

  it("that repeats one field thousands of times is refused before its comparison takes long", () => {
    const started = Date.now();
    expect(refusalOf(prepared(`{ products { ${"price { amount } ".repeat(900)} } }`))).toEqual({ expected: "each field once in one place" });
    expect(Date.now() - started).toBeLessThan(2_000);
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

describe("an operation's weight", () => {
  let schema: GraphQLSchema;
  beforeAll(() => {
    schema = buildSchema(`
      type Query { list(first: Int = 50): [Item] connection(first: Int!): Page item: Item plain: Plain free: Int }
      type Mutation { change: Item }
      type Page { edges: [Edge] info: Plain }
      type Edge { node: Item }
      type Item { name: String children(first: Int!): [Item] figure: Plain parts: [Plain] }
      type Plain { value: Int }
    `);
    const set = (type: string, field: string, cost: FieldCost): void => {
      const object = schema.getType(type) as unknown as { getFields(): Record<string, { extensions: Record<string, unknown> }> };
      object.getFields()[field]!.extensions = { cost, operation: `${type}.${field}` };
    };
    set("Query", "list", { look_up: 1, size: { argument: "first", default: 50 } });
    set("Query", "connection", { look_up: 1, size: { argument: "first", default: 50 } });
    set("Query", "item", { look_up: 3 });
    set("Mutation", "change", { look_up: 10 });
    set("Item", "children", { look_up: 2, size: { argument: "first", default: 50 } });
    set("Item", "figure", { look_up: 1 });
    set("Item", "parts", { size: { at_most: 7 } });
  });

  function weightOf(query: string, variables: Record<string, unknown> = {}): Weight {
    const document = parse(query);
    const operation = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION) as OperationDefinitionNode;
    return weigh(schema, document, operation, variables);
  }

  it.each<[query: string, cost: number, nodes: number, variables?: Record<string, unknown>]>([
    ["{ free }", 1, 0],
    ["{ __typename }", 1, 0],
    ["{ item { name } }", 3, 0],
    ["{ a: item { name } b: item { name } list { name } }", 7, 50],
    ["{ list { name } }", 1, 50],
    ["{ list(first: 5) { name } }", 1, 5],
    ["{ list(first: null) { name } }", 1, 50],
    ["query ($n: Int) { list(first: $n) { name } }", 1, 8, { n: 8 }],
    ["query ($n: Int) { list(first: $n) { name } }", 1, 50],
    // One nested look-up for ten parents: 2 × 5 ÷ 10.
    ["{ list(first: 5) { children(first: 3) { name } } }", 2, 5 + 15],
    ["{ list(first: 6) { children(first: 3) { name } } }", 3, 6 + 18],
    ["{ list(first: 100) { figure { value } children(first: 10) { figure { value } } } }", 1 + 10 + 20 + 100, 100 + 1_000],
    ["{ connection(first: 20) { edges { node { figure { value } } } info { value } } }", 1 + 2, 20],
    ["{ item { figure { value } } }", 4, 0],
    ["{ item { parts { value } } }", 3, 7],
    ["mutation { change { children(first: 100) { name } } }", 11, 100],
    ["{ list(first: 10) { ...F } } fragment F on Item { figure { value } ... on Item { figure { value } } }", 3, 10],
    ["{ ...R } fragment R on Query { item { name } }", 3, 0],
    ["query ($no: Boolean!) { item { name } list @include(if: $no) { name } a: item @skip(if: true) { name } }", 3, 0, { no: false }],
    [
      "query ($yes: Boolean!) { item { name } list @include(if: $yes) { name } ...R @skip(if: $yes) } fragment R on Query { a: item { name } }",
      4,
      50,
      { yes: true },
    ],
  ])("%s: cost %i, nodes %i", (query, cost, nodes, variables) => {
    expect(weightOf(query, variables)).toMatchObject({ cost, nodes });
  });

  it("names the operations behind root fields, in fragments too", () => {
    expect(weightOf("{ item { figure { value } } ...R } fragment R on Query { list { name } b: item { name } free }").operations).toEqual([
      "Query.item",
      "Query.list",
    ]);
  });

  it("grows with the document, not with what its fragments multiply to", () => {
    const chain = many(
      400,
      (index) => `fragment F${index} on Item { a: figure { value } ${index < 399 ? `...F${index + 1} ...F${index + 1}` : ""} }`,
    );
    const started = Date.now();
    expect(weightOf(`{ item { ...F0 } } ${chain}`).cost).toBeGreaterThan(1e100);
    expect(Date.now() - started).toBeLessThan(1_000);
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

describe("the cache of documents", () => {
  it("forgets what was used longest ago when it has too many entries or bytes", () => {
    const cache = new BoundedCache<number>(3, 100);
    for (const key of ["a", "b", "c"]) cache.set(key, 1, 10);
    cache.get("a");
    cache.set("d", 1, 10);
    expect(["a", "b", "c", "d"].map((key) => cache.get(key))).toEqual([1, undefined, 1, 1]);
    cache.set("large", 1, 90);
    expect(["a", "c", "d", "large"].map((key) => cache.get(key))).toEqual([undefined, undefined, 1, 1]);
    cache.set("too large", 1, 101);
    expect(["d", "large", "too large"].map((key) => cache.get(key))).toEqual([undefined, undefined, undefined]);
    cache.set("e", 1, 100);
    cache.set("e", 2, 100);
    expect(cache.get("e")).toBe(2);
  });
});
