import * as z from "zod";

/** A JSON Schema 2020-12 object, as far as zod makes it. */
export interface JsonSchema {
  type?: string | string[];
  description?: string;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  format?: string;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  additionalProperties?: boolean | JsonSchema;
  $ref?: string;
  $defs?: Record<string, JsonSchema>;
}

/** What may be anything, such as a recursive schema: free JSON. */
const ANYTHING: JsonSchema = {};

/** The JSON Schema of a zod schema in one piece: clients that resolve no references read it too. */
export function jsonSchemaOf(schema: z.ZodType, io: "input" | "output"): JsonSchema {
  const { $defs = {}, ...root } = z.toJSONSchema(schema, { io, unrepresentable: "any" }) as JsonSchema;
  return inline(root, $defs, []);
}

function inline(node: JsonSchema, definitions: Record<string, JsonSchema>, inside: readonly string[]): JsonSchema {
  const { $ref, ...own } = node;
  if ($ref !== undefined) {
    const name = $ref.split("/").at(-1)!;
    const definition = definitions[name];
    if (!definition || inside.includes(name) || refersTo(definition, name)) return ANYTHING;
    return { ...inline(definition, definitions, [...inside, name]), ...own };
  }
  const parts: JsonSchema = { ...own };
  if (node.properties) parts.properties = mapValues(node.properties, (property) => inline(property, definitions, inside));
  if (node.items) parts.items = inline(node.items, definitions, inside);
  if (node.anyOf) parts.anyOf = node.anyOf.map((option) => inline(option, definitions, inside));
  if (typeof node.additionalProperties === "object") parts.additionalProperties = inline(node.additionalProperties, definitions, inside);
  return parts;
}

function refersTo(node: JsonSchema, name: string): boolean {
  return JSON.stringify(node).includes(`/${name}"`);
}

export function mapValues<From, To>(record: Readonly<Record<string, From>>, map: (value: From, name: string) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value, name)]));
}

/** The alternatives without null, and whether null is one of them. */
export function withoutNull(options: readonly JsonSchema[]): { options: JsonSchema[]; nullable: boolean } {
  const rest = options.filter(({ type }) => type !== "null");
  return { options: rest, nullable: rest.length < options.length };
}

/** A schema that takes null as well. */
export function orNull(schema: JsonSchema, nullable: boolean): JsonSchema {
  if (!nullable || schema.type === undefined) return schema;
  const { enum: values } = schema;
  return { ...schema, type: [schema.type, "null"].flat(), ...(values ? { enum: [...values, null] } : {}) };
}
