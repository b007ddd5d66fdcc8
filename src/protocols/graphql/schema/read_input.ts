import { camel } from "./names.ts";
import { acceptsNull, definitionOf, isOpen, unwrap, type Schema, type Shape } from "./zod_types.ts";
import { listElementOf } from "./input_types.ts";

export type Reader = (value: unknown) => unknown;

const asItIs: Reader = (value) => value;

/** How a value of this schema, as GraphQL has it, becomes the domain's: names to snake_case, following the schema, so that JSON stays as it is. */
export function readerOf(schema: Schema): Reader {
  const inner = unwrap(schema);
  const { shape, options } = definitionOf(inner);
  if (isOpen(inner)) return asItIs;
  if (shape) return shapeReader(shape);
  const element = listElementOf(inner);
  if (!element) return asItIs;
  const readItem = readerOf(element);
  // One of a value that can be one or several is that one, as REST has it: its cursors fit.
  if (options) return (value) => (Array.isArray(value) && value.length === 1 ? readItem(value[0]) : (value as unknown[]).map(readItem));
  return readItem === asItIs ? asItIs : (value) => (value as unknown[]).map(readItem);
}

/** Whether a null for a field that has no null counts as not sent, or is left for the operation to refuse. */
export type Nulls = "absent" | "refused";

/** The same for the fields of an object. */
export function shapeReader(shape: Shape, nulls: Nulls = "absent"): (value: unknown) => Record<string, unknown> {
  const fields = Object.entries(shape).map(([key, field]) => ({ key, name: camel(key), nullable: acceptsNull(field), read: readerOf(field) }));
  return (value) => {
    const given = value as Record<string, unknown>;
    const input: Record<string, unknown> = {};
    for (const { key, name, nullable, read } of fields) {
      const item = given[name];
      if (item === undefined || (item === null && !nullable && nulls === "absent")) continue;
      input[key] = item === null ? null : read(item);
    }
    return input;
  };
}

/** A place in a value of this schema, as the client wrote it: `price.amount`; what lies inside JSON stays as it is. */
export function clientPath(schema: Schema, [key, ...rest]: readonly string[]): string[] {
  if (key === undefined) return [];
  const inner = unwrap(schema);
  const { shape } = definitionOf(inner);
  if (shape && !isOpen(inner)) return [camel(key), ...(Object.hasOwn(shape, key) ? clientPath(shape[key]!, rest) : rest)];
  const element = listElementOf(inner);
  return element && /^\d+$/.test(key) ? [key, ...clientPath(element, rest)] : [key, ...rest];
}
