import type * as z from "zod";

type AnySchema = z.core.$ZodType;

/** The schema inside optional, nullable, default, readonly and pipe wrappers: what a present value must be. */
export function unwrap(schema: AnySchema): AnySchema {
  let current = schema;
  for (;;) {
    const def = current._zod.def as { type: string; innerType?: AnySchema; in?: AnySchema };
    const inner = def.innerType ?? (def.type === "pipe" ? def.in : undefined);
    if (!inner) return current;
    current = inner;
  }
}

/** Fields of an object schema, or null for any other schema. */
export function shapeOf(schema: AnySchema): Readonly<Record<string, AnySchema>> | null {
  const def = unwrap(schema)._zod.def as { type: string; shape?: Record<string, AnySchema> };
  return def.type === "object" ? (def.shape ?? {}) : null;
}

/** The element schema of an array schema, or null. */
export function elementOf(schema: AnySchema): AnySchema | null {
  const def = unwrap(schema)._zod.def as { type: string; element?: AnySchema };
  return def.type === "array" ? (def.element ?? null) : null;
}

/** The alternatives of a union, or null. */
export function optionsOf(schema: AnySchema): readonly AnySchema[] | null {
  const def = unwrap(schema)._zod.def as { type: string; options?: AnySchema[] };
  return def.type === "union" ? (def.options ?? []) : null;
}

export function typeOf(schema: AnySchema): string {
  return unwrap(schema)._zod.def.type;
}

/** Whether a schema is money: an object of exactly `amount` and `currency`. */
export function isMoney(schema: AnySchema): boolean {
  const shape = shapeOf(schema);
  return shape !== null && "amount" in shape && "currency" in shape && Object.keys(shape).length === 2;
}

/** Whether the object can go without this field. */
export function isOptional(schema: AnySchema): boolean {
  // "optional", or "defaulted" where a default stands for it.
  return schema._zod.optin !== undefined;
}
