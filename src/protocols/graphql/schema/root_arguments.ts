import type { AnyOperation } from "../../../domain/operation.ts";
import { sortNamesOf, type Argument, type Arguments } from "./arguments.ts";
import { camel, pascal } from "./names.ts";
import { entityOf, pathParameters, rootNameOf } from "./root_names.ts";
import { definitionOf, unwrap, type Schema } from "./zod_types.ts";

type OpenShape = Record<string, Schema>;

/** Input that GraphQL has no use for: what hangs off an entity is a field of it. */
const WITHOUT = "include";

const PAGING_NAMES: Readonly<Record<string, string>> = { limit: "first", cursor: "after" };

/** The arguments of an operation's root field. */
export function rootArguments(operation: AnyOperation, make: Arguments): Argument[] {
  const input = unwrap(operation.documented_input ?? operation.input);
  const { [WITHOUT]: _include, ...shape } = { ...definitionOf(input).shape };
  const { own, others } = pathParameters(operation);
  const path = others.map((key) => make.id(key, take(shape, key), camel(key)));
  if (own !== undefined) path.push(make.id(own, take(shape, own), "id"));
  return [
    ...path,
    ...(operation.effect === "read" ? shapeArguments(shape, entityOf(operation), make) : writeArguments(operation, input, shape, make)),
  ];
}

/** The arguments of a relation's field. */
export function relationArguments(input: Schema, owner: string, make: Arguments): Argument[] {
  return shapeArguments({ ...definitionOf(unwrap(input)).shape }, owner, make);
}

function shapeArguments(shape: OpenShape, owner: string, make: Arguments): Argument[] {
  const pages = "cursor" in shape;
  const made: Argument[] = [];
  if (shape.date_from && shape.date_to) made.push(make.range({ date_from: take(shape, "date_from"), date_to: take(shape, "date_to") }));
  for (const [key, schema] of Object.entries(shape)) {
    if (key === "filter") {
      if (Object.keys(definitionOf(unwrap(schema)).shape ?? {}).length > 0) made.push(make.filter(schema, owner));
    } else if (sortNamesOf(schema).length > 0) made.push(make.order(schema, owner));
    else made.push(make.single(key, schema, owner, pages ? PAGING_NAMES[key] : undefined));
  }
  return made;
}

function writeArguments(operation: AnyOperation, input: Schema, shape: OpenShape, make: Arguments): Argument[] {
  if (Object.keys(shape).length === 0) return [];
  const owner = entityOf(operation);
  const name = `${pascal(rootNameOf(operation))}Input`;
  const whole = Object.keys(shape).length === Object.keys(definitionOf(input).shape!).length;
  const type = whole ? make.inputs.object(input, name, owner) : make.inputs.define(name, shape, owner);
  // In a change null means "clear this": where that cannot be, it must not pass for success.
  const nulls = operation.effect === "update" ? "refused" : "absent";
  return [make.input(operation.graphql?.input_argument ?? "input", shape, type, nulls)];
}

function take(shape: OpenShape, key: string): Schema {
  const schema = shape[key]!;
  delete shape[key];
  return schema;
}
