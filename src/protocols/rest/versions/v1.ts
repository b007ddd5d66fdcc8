import * as z from "zod";
import type { Failure } from "../../../domain/errors.ts";
import { aliasOf, decoderOf, encoderOf } from "./money_codec.ts";
import { isMoney, shapeOf } from "../schema_walk.ts";
import { itemShape } from "./fields.ts";
import type { RestVersion } from "./version.ts";

const DECIMAL = { type: "string", pattern: "^-?\\d+(\\.\\d{1,4})?$", description: "Decimal number in units of `currency`", examples: ["19.99"] };
const CURRENCY = { type: "string", pattern: "^[A-Z]{3}$", description: "ISO 4217 currency of the object's amounts", examples: ["USD"] };
const MONEY_FIELD = /^(.*?)([./]?)(\w+)[./](amount|currency)$/;

/** The plain surface: money as a decimal string beside `currency`, `name` for a product's title, `{data, next_cursor}` lists. It stays. */
export const v1: RestVersion = {
  name: "v1",
  requires_if_match: false,
  hidden_inputs: new Set(["include"]),
  decode: (operation, input) => decoderOf(operation.documented_input ?? operation.input)(input, undefined) as Record<string, unknown>,
  encode: (operation, output) => encodeItemErrors(encoderOf(operation.output)(output)),
  failure: (failure) => ({ ...failure, details: renameMoney(failure.details) as Failure["details"] }),
  fields(operation) {
    const shape = itemShape(operation.output);
    const names = new Set(Object.keys(shape));
    for (const field of Object.values(shape)) {
      if (isMoney(field)) names.add("currency");
      const alias = aliasOf(field);
      if (alias) names.add(alias);
    }
    return names;
  },
  jsonSchema: (schema, io) =>
    z.toJSONSchema(schema, {
      io,
      target: "draft-2020-12",
      unrepresentable: "any",
      reused: "inline",
      override({ zodSchema, jsonSchema }) {
        const shape = shapeOf(zodSchema);
        const properties = jsonSchema.properties;
        if (!shape || !properties || zodSchema._zod.def.type !== "object") return;
        for (const [key, field] of Object.entries(shape)) {
          if (isMoney(field)) {
            const nullable = field._zod.values?.has(null) === true || z.safeParse(field, null).success;
            properties[key] = { ...DECIMAL, ...(nullable ? { type: ["string", "null"] } : {}) } as typeof jsonSchema;
            properties.currency ??= { ...CURRENCY, ...(nullable ? { type: ["string", "null"] } : {}) } as typeof jsonSchema;
          }
          const alias = aliasOf(field);
          if (alias) {
            properties[alias] = { type: "string", description: `The same as \`${key}\`` };
            if (io === "input" && jsonSchema.required) jsonSchema.required = jsonSchema.required.filter((name) => name !== key);
          }
        }
      },
    }) as Record<string, unknown>,
};

/** A batch's answer holds failures of single items. */
function encodeItemErrors(body: unknown): unknown {
  if (typeof body !== "object" || body === null || !("rejected" in body) || !body.rejected || !("results" in body)) return body;
  return { ...body, results: renameMoney(body.results) };
}

/** `price.amount` → `price`, `price.currency` → `currency`: what a v1 client wrote. */
function renameMoney(details: unknown): unknown {
  if (Array.isArray(details)) return details.map(renameMoney);
  if (typeof details !== "object" || details === null) return details;
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(details)) out[key] = typeof value === "object" ? renameMoney(value) : value;
  const match = typeof out.field === "string" ? MONEY_FIELD.exec(out.field) : null;
  if (match) {
    const [, parent, separator, field, part] = match;
    out.field = part === "amount" ? `${parent}${separator}${field}` : `${parent}${separator}currency`;
    out.expected = part === "amount" ? 'a decimal string such as "19.99"' : "an ISO 4217 code such as EUR beside the amount";
  }
  return out;
}
