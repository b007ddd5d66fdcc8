import type { AnyOperation } from "../../../domain/operation.ts";
import { OPERATIONS_BY_NAME } from "../../../domain/registry.ts";
import { familyOf } from "../operations_in_view.ts";
import { jsonSchemaOf, mapValues, orNull, withoutNull, type JsonSchema } from "../json_schema.ts";

/** An answer of more lists is an overview: it names the lists, and whose rows they are is told by the tools for each. */
const LISTS_DETAILED_MAX = 2;
/** What a write's answer is known by, and a row of a list, where a tool that reads the thing answers all of it. */
const TELLING = ["id", "status", "version", "download_url"];
/** What every insight says of its days, and of how its figures came about. */
const ABOUT_FIGURES = ["range", "computed_at", "coverage", "previous_range", "previous_coverage"];

const schemas = new Map<string, JsonSchema>();

/**
 * What an operation answers: names, types and structure. Nothing is required and nothing is closed, so that an error and a refused confirmation, which come in the same
 * place, fit it too: clients that check every structured content (MCP SDK, line 1) would refuse them otherwise.
 */
export function outputSchemaOf(operation: AnyOperation): JsonSchema {
  let schema = schemas.get(operation.name);
  if (!schema) {
    schema = skeleton(jsonSchemaOf(operation.output, "output"));
    schema = { ...schema, properties: without(schema.properties ?? {}, ABOUT_FIGURES) };
    if (answersWhatIsRead(operation)) schema = { ...schema, properties: only(schema.properties ?? {}, TELLING) };
    if (listsWhatIsRead(operation)) schema = { ...schema, properties: mapValues(schema.properties ?? {}, knownRows) };
    // A failed call's error is in the same place.
    const { error } = schema.properties ?? {};
    if (error?.type !== undefined && ![error.type].flat().includes("object")) schema = { ...schema, properties: { ...schema.properties, error: {} } };
    schemas.set(operation.name, schema);
  }
  return schema;
}

/** The answer's own fields, and those of the rows in it; what lies deeper, such as money, has its type alone. */
function skeleton({ type, properties, items, anyOf }: JsonSchema): JsonSchema {
  if (anyOf) {
    const { options, nullable } = withoutNull(anyOf);
    return options.length === 1 ? orNull(skeleton(options[0]!), nullable) : {};
  }
  return {
    ...(type === undefined ? {} : { type }),
    ...(properties ? { properties: fieldsOf(properties) } : {}),
    ...(items ? { items: skeleton(items) } : {}),
  };
}

function fieldsOf(properties: Record<string, JsonSchema>): Record<string, JsonSchema> {
  const fields = mapValues(properties, field);
  const detailed = Object.values(fields).filter(({ items }) => items?.properties);
  if (detailed.length <= LISTS_DETAILED_MAX) return fields;
  return mapValues(fields, (each) => (each.items?.properties ? { ...each, items: { type: each.items.type ?? "object" } } : each));
}

function field({ type, items, anyOf }: JsonSchema): JsonSchema {
  if (anyOf) {
    const { options, nullable } = withoutNull(anyOf);
    return options.length === 1 ? orNull(field(options[0]!), nullable) : {};
  }
  return { ...(type === undefined ? {} : { type }), ...(items ? { items: row(items) } : {}) };
}

function row({ type, properties }: JsonSchema): JsonSchema {
  return {
    ...(type === undefined ? {} : { type }),
    ...(properties ? { properties: mapValues(properties, ({ items: _items, ...property }) => field(property)) } : {}),
  };
}

function answersWhatIsRead(operation: AnyOperation): boolean {
  return operation.effect !== "read" && readerOf(operation)?.output === operation.output;
}

/** Whether everybody sees the tool that reads one of them. */
function listsWhatIsRead(operation: AnyOperation): boolean {
  return operation.name === `${familyOf(operation)}.list` && readerOf(operation)?.mcp?.core === true;
}

function readerOf(operation: AnyOperation): AnyOperation | undefined {
  return OPERATIONS_BY_NAME.get(`${familyOf(operation)}.get`);
}

function knownRows(list: JsonSchema): JsonSchema {
  const { items } = list;
  return items?.properties ? { ...list, items: { ...items, properties: only(items.properties, TELLING) } } : list;
}

function without(properties: Record<string, JsonSchema>, names: readonly string[]): Record<string, JsonSchema> {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !names.includes(name)));
}

function only(properties: Record<string, JsonSchema>, names: readonly string[]): Record<string, JsonSchema> {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => names.includes(name)));
}
