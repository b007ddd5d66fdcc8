import { comparisonInput } from "../../../domain/insights/compared_range.ts";
import { DateOrTimestamp } from "../../../domain/listing.ts";
import type { AnyOperation } from "../../../domain/operation.ts";
import { jsonSchemaOf, mapValues, orNull, withoutNull, type JsonSchema } from "../json_schema.ts";
import { briefText } from "./schema_text.ts";

/** Ids of ours: their prefix says what they are. */
const ID_PATTERN = /^\^([a-z]+_)\[/;
/** A list that may be longer needs no warning. */
const ITEMS_WORTH_SAYING_MAX = 40;
/** Rows that a model gets where it names no number: enough to judge by, and little enough to read. */
export const ROWS_DEFAULT = 20;

/** What many tools take is explained once, in the server's instructions. */
const EXPLAINED_ELSEWHERE: ReadonlyMap<string, string> = new Map([
  [comparisonInput.date_from.description!, "First day; default 29 days before date_to"],
  [comparisonInput.date_to.description!, "Last day, inclusive; default today"],
  [comparisonInput.compare_from.description!, "First day to compare with; default the range just before"],
  [comparisonInput.compare_to.description!, "Last day to compare with"],
  [DateOrTimestamp.description!, "Date or ISO 8601 time"],
]);

const schemas = new Map<string, JsonSchema>();

/** What an operation takes, as lean as a model needs it: what it refuses beyond this it says itself, with the field and what is expected. */
export function inputSchemaOf(operation: AnyOperation): JsonSchema {
  let schema = schemas.get(operation.name);
  if (!schema) {
    const { properties = {}, required } = lean(jsonSchemaOf(operation.documented_input ?? operation.input, "input"), "");
    const shown =
      properties.limit && defaultRowsOf(operation) !== null ? { ...properties, limit: { ...properties.limit, default: ROWS_DEFAULT } } : properties;
    schema = { type: "object", properties: shown, ...(required ? { required } : {}), additionalProperties: false };
    schemas.set(operation.name, schema);
  }
  return schema;
}

const default_rows = new Map<string, number | null>();

/** How many rows a call gets that names no number, where that is fewer than the operation's own default; null where nothing changes. */
export function defaultRowsOf(operation: AnyOperation): number | null {
  const known = default_rows.get(operation.name);
  if (known !== undefined) return known;
  const own = jsonSchemaOf(operation.input, "input").properties?.limit?.default;
  const rows = typeof own === "number" && own > ROWS_DEFAULT ? ROWS_DEFAULT : null;
  default_rows.set(operation.name, rows);
  return rows;
}

function lean(node: JsonSchema, name: string): JsonSchema {
  const bare = node.anyOf ? leanUnion(node.anyOf, name) : leanType(node, name);
  const given = node.description === undefined ? undefined : (EXPLAINED_ELSEWHERE.get(node.description) ?? node.description);
  const brief = given === undefined ? undefined : briefText(given, name, bare.enum ?? bare.items?.enum ?? []);
  const prefix = ID_PATTERN.exec(node.pattern ?? "")?.[1];
  const text = prefix === undefined ? brief : [brief, `${prefix}…`].filter((part) => part !== undefined).join(": ");
  return {
    ...(text === undefined ? bare : { ...bare, ...withoutDescription(bare.items), description: text }),
    ...(node.default === undefined || /\bdefault\b/i.test(text ?? "") ? {} : { default: node.default }),
  };
}

/** What a list is of is said once, by the list. */
function withoutDescription(items: JsonSchema | undefined): { items?: JsonSchema } {
  if (items === undefined) return {};
  const { description: _said, ...rest } = items;
  return { items: rest };
}

function leanType(node: JsonSchema, name: string): JsonSchema {
  const { type, properties, required, items, const: only, enum: values, format, additionalProperties } = node;
  return {
    ...(type === undefined ? {} : { type }),
    ...(values ? { enum: values } : {}),
    ...(only === undefined ? {} : { const: only }),
    ...(format === undefined || format === "uri" ? {} : { format }),
    ...boundsOf(node),
    ...(items ? { items: lean(items, name) } : {}),
    ...(properties ? { properties: leanProperties(properties) } : {}),
    ...(required && required.length > 0 ? { required } : {}),
    ...(isTelling(additionalProperties) ? { additionalProperties: lean(additionalProperties, "") } : {}),
  };
}

/** One or several of a thing is shown as several: that takes one too. Two kinds of text are a text. */
function leanUnion(all: readonly JsonSchema[], name: string): JsonSchema {
  const { options, nullable } = withoutNull(all);
  if (options.length === 1) return orNull(lean(options[0]!, name), nullable);
  const several = options.find(({ items }) => items && options.some((option) => sameType(option, items)));
  if (several && options.length === 2) return orNull(lean(several, name), nullable);
  if (options.every(({ type, enum: values }) => type === "string" && !values)) return orNull({ type: "string" }, nullable);
  return { anyOf: (nullable ? [...options, { type: "null" }] : options).map((option) => lean(option, name)) };
}

function sameType(a: JsonSchema, b: JsonSchema): boolean {
  return a.type === b.type && JSON.stringify(a.enum) === JSON.stringify(b.enum);
}

/** Neighbours that say the same of themselves say it once. */
function leanProperties(properties: Record<string, JsonSchema>): Record<string, JsonSchema> {
  const said = new Set<string>();
  return mapValues(properties, (property, name) => {
    const { description, ...rest } = lean(property, name);
    if (description === undefined || said.has(description)) return rest;
    said.add(description);
    return { ...rest, description };
  });
}

/** Bounds that neither the description says, nor the limits of numbers in computers are. */
function boundsOf({ minimum, maximum, items, maxItems, description = "" }: JsonSchema): JsonSchema {
  if (minimum !== undefined && maximum !== undefined && description.includes(`${minimum} to ${maximum}`)) return {};
  return {
    ...(minimum === undefined || Math.abs(minimum) >= 1e12 ? {} : { minimum }),
    ...(maximum === undefined || Math.abs(maximum) >= 1e12 ? {} : { maximum }),
    ...(maxItems === undefined || maxItems > ITEMS_WORTH_SAYING_MAX || items?.enum || description.includes(String(maxItems)) ? {} : { maxItems }),
  };
}

function isTelling(schema: boolean | JsonSchema | undefined): schema is JsonSchema {
  return typeof schema === "object" && Object.keys(schema).length > 0;
}
