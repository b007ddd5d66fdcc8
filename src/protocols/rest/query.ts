import type * as z from "zod";
import { invalid } from "../../domain/errors.ts";
import { elementOf, optionsOf, shapeOf, typeOf } from "./schema_walk.ts";

type Schema = z.core.$ZodType;

/**
 * A query string as operation input: each parameter is a field of the input, or of its `filter`, and is read by that field's schema.
 * A parameter that the operation does not have is an error that names it and lists those it has.
 */
export function readQuery(query: URLSearchParams, input: Schema, hidden: ReadonlySet<string>): Record<string, unknown> {
  const shape = shapeOf(input) ?? {};
  const filterShape = shape.filter ? (shapeOf(shape.filter) ?? {}) : {};
  const result: Record<string, unknown> = {};
  const filter: Record<string, unknown> = {};
  for (const name of new Set(query.keys())) {
    const isFilter = !Object.hasOwn(shape, name) && Object.hasOwn(filterShape, name);
    const schema = isFilter ? filterShape[name] : name !== "filter" && Object.hasOwn(shape, name) && !hidden.has(name) ? shape[name] : undefined;
    if (!schema) throw unknownParameter(name, shape, filterShape, hidden);
    (isFilter ? filter : result)[name] = readValue(query.getAll(name), schema, name);
  }
  if (Object.keys(filter).length > 0) result.filter = filter;
  return result;
}

function unknownParameter(
  name: string,
  shape: Readonly<Record<string, Schema>>,
  filterShape: Readonly<Record<string, Schema>>,
  hidden: ReadonlySet<string>,
) {
  const known = [...Object.keys(shape), ...Object.keys(filterShape)].filter((field) => field !== "filter" && !hidden.has(field));
  return invalid(name, known.length > 0 ? `one of: ${[...new Set(known)].join(", ")}, fields` : "no parameter", `Unknown parameter ${name}`);
}

function readValue(texts: string[], schema: Schema, name: string): unknown {
  const element = elementOf(schema);
  const listOption = optionsOf(schema)?.find((option) => elementOf(option));
  if (element) return texts.flatMap((text) => text.split(",")).map((text) => readScalar(text, element));
  if (listOption) {
    const values = texts.flatMap((text) => text.split(","));
    return values.length > 1 ? values : values[0];
  }
  if (texts.length > 1) throw invalid(name, "a single value", `Parameter ${name} is given more than once`);
  return readScalar(texts[0]!, schema);
}

function readScalar(text: string, schema: Schema): unknown {
  const type = typeOf(schema);
  if ((type === "number" || type === "int") && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (type === "boolean" && (text === "true" || text === "false")) return text === "true";
  return text;
}
