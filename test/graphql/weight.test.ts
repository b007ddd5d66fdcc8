import { buildSchema, Kind, parse, type GraphQLSchema, type OperationDefinitionNode } from "graphql";
import { beforeAll, describe, expect, it } from "vitest";
import { weigh, type Weight } from "../../src/protocols/graphql/limits/weight.ts";
import type { FieldCost } from "../../src/protocols/graphql/schema/field_cost.ts";

const many = (count: number, part: (index: number) => string): string => Array.from({ length: count }, (_, index) => part(index)).join(" ");

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
