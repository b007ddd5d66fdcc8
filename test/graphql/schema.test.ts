import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isObjectType,
  printSchema,
  validateSchema,
  type GraphQLField,
} from "graphql";
import { describe, expect, it } from "vitest";
import type * as z from "zod";
import printed from "../../docs/schema.graphql?raw";
import { OPERATIONS } from "../../src/domain/registry.ts";
import { RELATIONS } from "../../src/domain/relations.ts";
import { clientDescription } from "../../src/protocols/graphql/schema/domain_names.ts";
import { USUAL_COUNTS } from "../../src/protocols/graphql/schema/list_sizes.ts";
import { RENAMED_TYPES } from "../../src/protocols/graphql/schema/type_names.ts";
import { crowSchema, schemaHash } from "../../src/protocols/graphql/schema/index.ts";

const schema = crowSchema();
const roots = { query: schema.getQueryType()!, mutation: schema.getMutationType()!, subscription: schema.getSubscriptionType()! };
const ownTypes = Object.values(schema.getTypeMap()).filter(
  ({ name }) => !name.startsWith("__") && !["String", "Int", "Float", "Boolean", "ID"].includes(name),
);

function signature({ name, args, type }: GraphQLField<unknown, unknown>): string {
  const taken = args.map((argument) => `${argument.name}: ${String(argument.type)}`).join(", ");
  return `${name}${taken ? `(${taken})` : ""}: ${String(type)}`;
}

describe("the schema", () => {
  it("is valid", () => {
    expect(validateSchema(schema)).toEqual([]);
  });

  it("is the one in docs/schema.graphql (npm run schema writes it)", () => {
    expect(printed).toBe(`${printSchema(schema)}\n`);
  });

  it("is made once, and its hash tells it from others", () => {
    expect(crowSchema()).toBe(schema);
    expect(schemaHash()).toMatch(/^[0-9a-f]{16}$/);
    expect(schemaHash()).toBe(schemaHash());
  });
});

describe("the signatures that clients were promised", () => {
  it.each([
    ["query", "organization", "organization(id: ID!): Organization"],
    ["query", "insights", "insights(dateRange: DateRange): InsightsSummary"],
    ["query", "interactions", "interactions(filter: InteractionFilter, orderBy: [InteractionOrder!], first: Int): [Interaction!]"],
    [
      "query",
      "interactionsConnection",
      "interactionsConnection(filter: InteractionFilter, orderBy: [InteractionOrder!], first: Int!, after: String): InteractionsConnection",
    ],
    ["query", "node", "node(id: ID!): Node"],
    ["query", "rateLimit", "rateLimit: RateLimit"],
    ["mutation", "createProduct", "createProduct(input: ProductInput!, idempotencyKey: String): Product"],
    ["mutation", "triggerExport", "triggerExport(config: ExportConfig!, idempotencyKey: String): ExportJob"],
    ["mutation", "updateProduct", "updateProduct(id: ID!, input: UpdateProductInput!, expectedVersion: Int, idempotencyKey: String): Product"],
    ["mutation", "deleteProduct", "deleteProduct(id: ID!, expectedVersion: Int, idempotencyKey: String): DeleteProductResult"],
    [
      "mutation",
      "rotateWebhookSecret",
      "rotateWebhookSecret(id: ID!, input: RotateWebhookSecretInput!, expectedVersion: Int, idempotencyKey: String): WebhookWithSecret",
    ],
    ["mutation", "replayWebhookDelivery", "replayWebhookDelivery(webhookId: ID!, id: ID!, idempotencyKey: String): WebhookDelivery"],
    ["subscription", "interactionAdded", "interactionAdded(filter: InteractionFilter, after: String): Interaction"],
    ["subscription", "insightsUpdated", "insightsUpdated(dateRange: DateRange): InsightsSummary"],
    ["subscription", "exportProgress", "exportProgress(id: ID!): ExportJob"],
    ["subscription", "productChanged", "productChanged(id: ID, after: String): ProductChange"],
    ["subscription", "usageUpdated", "usageUpdated: UsageReport"],
  ] as const)("%s %s", (root, name, expected) => {
    expect(signature(roots[root].getFields()[name]!)).toBe(expected);
  });
});

describe("everything that CROW can do", () => {
  it.each(OPERATIONS.map(({ name, effect }) => [name, effect] as const))("%s is a root field", (name, effect) => {
    const fields = Object.values((effect === "read" ? roots.query : roots.mutation).getFields());
    const own = fields.filter(({ extensions }) => extensions.operation === name);
    expect(own.length).toBeGreaterThan(0);
    for (const { extensions } of own) expect(extensions.cost?.look_up).toBe(OPERATIONS.find((operation) => operation.name === name)!.cost);
  });

  it("and nothing else: each root field says which operation it runs", () => {
    const known = new Set(["node", ...OPERATIONS.map(({ name }) => name)]);
    for (const root of Object.values(roots)) {
      for (const { name, extensions } of Object.values(root.getFields())) {
        if (name !== "rateLimit") expect(known, name).toContain(extensions.operation);
        expect(extensions.cost?.look_up, name).toBeTypeOf("number");
      }
    }
  });

  it("hangs together: each relation is a field with its cost", () => {
    for (const { of, field, cost } of RELATIONS) {
      for (const id of of) {
        const type = schema.getType(id);
        const name = field.replaceAll(/_(\w)/g, (_match, letter: string) => letter.toUpperCase());
        if (!isObjectType(type)) throw new Error(`${id} is no object type`);
        expect(type.getFields()[name]?.extensions.cost?.look_up, `${id}.${name}`).toBe(cost);
      }
    }
  });
});

describe("what the edge weighs", () => {
  it("knows the size of every page", () => {
    const sizeOf = (name: string) => roots.query.getFields()[name]!.extensions.cost?.size;
    expect(sizeOf("products")).toEqual({ argument: "first", default: 50, max: 100 });
    expect(sizeOf("productsConnection")).toEqual({ argument: "first", default: 50, max: 100 });
    expect(sizeOf("viewedNotBoughtInsight")).toMatchObject({ argument: "limit", default: 20 });
    expect(sizeOf("product")).toBeUndefined();
    const product = schema.getType("Product");
    if (!isObjectType(product)) throw new Error("no Product");
    expect(product.getFields().recentInteractions!.extensions.cost).toEqual({ look_up: 1, size: { argument: "first", default: 100, max: 100 } });
  });
});

describe("a list of objects", () => {
  const fields = Object.values(schema.getTypeMap()).flatMap((type) =>
    isObjectType(type) && !type.name.startsWith("__") ? Object.values(type.getFields()).map((field) => ({ owner: type.name, field })) : [],
  );
  const lists = fields.filter(({ field }) => isListType(getNullableType(field.type)) && isCompositeType(getNamedType(field.type)));

  it("has a size, its own or that of the fields that lead to it", () => {
    const sizeless = lists.filter(({ owner, field }) => {
      if (field.extensions.cost?.size) return false;
      const leading = fields.filter((other) => getNamedType(other.field.type).name === owner);
      return leading.length === 0 || leading.some((other) => !other.field.extensions.cost?.size);
    });
    expect(lists.length).toBeGreaterThan(50);
    expect(sizeless.map(({ owner, field }) => `${owner}.${field.name}`)).toEqual([]);
  });

  it("that counts as more than usual is in the schema", () => {
    const names = lists.map(({ owner, field }) => `${owner}.${field.name}`);
    expect(names).toEqual(expect.arrayContaining(Object.keys(USUAL_COUNTS)));
  });
});

describe("names", () => {
  it("are camelCase for fields and arguments, capitals for values, and nothing of the domain's snake_case", () => {
    for (const type of ownTypes) {
      expect(type.name).toMatch(/^[A-Z][A-Za-z0-9]*$/);
      if (isEnumType(type)) for (const { name } of type.getValues()) expect(name, type.name).toMatch(/^[A-Z][A-Z0-9_]*$/);
      if (!isObjectType(type) && !isInputObjectType(type) && !isInterfaceType(type)) continue;
      for (const field of Object.values(type.getFields())) {
        expect(field.name, type.name).toMatch(/^[a-z][A-Za-z0-9]*$/);
        for (const { name } of "args" in field ? field.args : []) expect(name, `${type.name}.${field.name}`).toMatch(/^[a-z][A-Za-z0-9]*$/);
      }
    }
  });

  it("that are special stand for what there is", () => {
    for (const [schema_name, type_name] of Object.entries(RENAMED_TYPES)) {
      expect(schema.getType(type_name), type_name).toBeDefined();
      if (!isInputObjectType(schema.getType(schema_name))) expect(schema.getType(schema_name), schema_name).toBeUndefined();
    }
  });

  it("make a node of each entity that its id finds", () => {
    const node = schema.getType("Node");
    if (!isInterfaceType(node)) throw new Error("no Node");
    const names = schema.getPossibleTypes(node).map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(["Organization", "Product", "Interaction", "ExportJob", "Webhook", "ApiKey", "Member", "Invitation", "OAuthClient"]),
    );
  });
});

describe("descriptions", () => {
  it("are the domain's, with its fields called as they are here", () => {
    const described = OPERATIONS.flatMap(({ output }) =>
      Object.entries((output as z.ZodObject).shape).flatMap(([key, field]) =>
        key === "next_cursor" ? [] : (clientDescription(field as z.ZodType) ?? []),
      ),
    );
    expect(described.length).toBeGreaterThan(50);
    const text = printed.replaceAll(/\s+/g, " ");
    expect(described.filter((description) => !text.includes(description.replaceAll(/\s+/g, " ")))).toEqual([]);
    const range = schema.getType("DateRange");
    if (!isInputObjectType(range)) throw new Error("no DateRange");
    expect(range.getFields().dateTo!.description).toContain("or dateFrom, if that is later");
    expect(roots.mutation.getFields().updateProduct!.description).toContain("Send expectedVersion to refuse");
  });

  it("stand at every root field", () => {
    for (const root of Object.values(roots))
      for (const { name, description } of Object.values(root.getFields())) expect(description, name).toBeTruthy();
  });
});
