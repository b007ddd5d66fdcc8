import * as z from "zod";

export type Schema = z.core.$ZodType;
export type Shape = Readonly<Record<string, Schema>>;

interface Definition {
  type: string;
  format?: string;
  shape?: Record<string, Schema>;
  innerType?: Schema;
  catchall?: Schema;
  element?: Schema;
  options?: Schema[];
  entries?: Record<string, string | number>;
  values?: unknown[];
  in?: Schema;
  defaultValue?: unknown;
  checks?: Schema[];
}

export function definitionOf(schema: Schema): Definition {
  return schema._zod.def as unknown as Definition;
}

/** A schema and those it wraps by being optional, nullable, defaulted or piped: from outside to inside. */
export function wrappersOf(schema: Schema): Schema[] {
  const inner = innerOf(schema);
  return inner ? [schema, ...wrappersOf(inner)] : [schema];
}

/** What a present value must be. */
export function unwrap(schema: Schema): Schema {
  const inner = innerOf(schema);
  return inner ? unwrap(inner) : schema;
}

function innerOf(schema: Schema): Schema | undefined {
  const { type, innerType, in: input } = definitionOf(schema);
  return innerType ?? (type === "pipe" ? input : undefined);
}

export function acceptsNull(schema: Schema): boolean {
  return wrappersOf(schema).some((wrapper) => definitionOf(wrapper).type === "nullable");
}

/** Whether an output can lack a value. */
export function mayLack(schema: Schema): boolean {
  return wrappersOf(schema).some((wrapper) => ["nullable", "optional"].includes(definitionOf(wrapper).type));
}

/** Whether an input can go without a value. */
export function isOptional(schema: Schema): boolean {
  return schema._zod.optin !== undefined;
}

/** The value that stands for one that is not sent, or undefined: under `optional` a default does not apply. */
export function defaultOf(schema: Schema): unknown {
  const { type, defaultValue } = definitionOf(schema);
  return type === "default" ? defaultValue : undefined;
}

/** The description nearest to the outside. */
export function descriptionOf(schema: Schema): string | undefined {
  for (const wrapper of wrappersOf(schema)) {
    const description = z.globalRegistry.get(wrapper)?.description;
    if (description) return description;
  }
  return undefined;
}

/** The id that this schema, or the one it is a refined or described copy of, was registered under. */
export function idOf(schema: Schema): string | undefined {
  return registeredAs(schema)?.id;
}

/** What was said of a schema where it got its id, not where it is used. */
export function ownDescriptionOf(schema: Schema): string | undefined {
  return registeredAs(schema)?.description;
}

/** An example of a value. */
export function exampleOf(schema: Schema): unknown {
  const examples = z.globalRegistry.get(unwrap(schema))?.examples;
  return Array.isArray(examples) ? examples[0] : undefined;
}

function registeredAs(schema: Schema): z.core.GlobalMeta | undefined {
  const meta = z.globalRegistry.get(schema);
  if (meta?.id) return meta;
  return schema._zod.parent ? registeredAs(schema._zod.parent) : undefined;
}

/** The schema that descriptions and checks were added to: equal for all copies of one. */
export function originOf(schema: Schema): Schema {
  return schema._zod.parent ? originOf(schema._zod.parent) : schema;
}

/** The declared upper and lower bounds of a number or of an array's length. */
export function boundsOf(schema: Schema): { min: number | undefined; max: number | undefined } {
  const checks = (definitionOf(schema).checks ?? []).map(
    (check) => check._zod.def as unknown as { check: string; value?: number } & Record<string, number>,
  );
  const of = (...names: string[]) => checks.find(({ check }) => names.includes(check));
  const min = of("greater_than", "min_length");
  const max = of("less_than", "max_length");
  return { min: min?.value ?? min?.minimum, max: max?.value ?? max?.maximum };
}

/** Whether an object takes fields beyond those it names. */
export function isOpen(schema: Schema): boolean {
  const { catchall } = definitionOf(schema);
  return catchall !== undefined && definitionOf(catchall).type !== "never";
}

export function isInteger(schema: Schema): boolean {
  const { format, checks = [] } = definitionOf(schema);
  return [format, ...checks.map((check) => definitionOf(check).format)].includes("safeint");
}
