import type * as z from "zod";
import { ProductInput, Product } from "../../../domain/products/product.ts";
import { formatDecimal, parseDecimal } from "../../../domain/money.ts";
import { elementOf, isMoney, optionsOf, shapeOf, unwrap } from "../schema_walk.ts";

type Schema = z.core.$ZodType;
type Encode = (value: unknown) => unknown;
type Decode = (value: unknown, currency: unknown) => unknown;

/** Fields that v1 also knows by an older name. */
export const ALIASES: ReadonlyMap<Schema, string> = new Map<Schema, string>([
  [unwrap(ProductInput.shape.title), "name"],
  [unwrap(Product.shape.title), "name"],
]);

export function aliasOf(schema: Schema): string | undefined {
  return ALIASES.get(unwrap(schema));
}

const identity = (value: unknown): unknown => value;
const encoders = new WeakMap<Schema, Encode>();
const decoders = new WeakMap<Schema, Decode>();

/** Neutral → v1: a Money field becomes a decimal string, and its object gets one sibling `currency`. Compiled once per schema. */
export function encoderOf(schema: Schema): Encode {
  let encode = encoders.get(schema);
  if (!encode) {
    encode = compileEncode(schema);
    encoders.set(schema, encode);
  }
  return encode;
}

function compileEncode(schema: Schema): Encode {
  const element = elementOf(schema);
  if (element) {
    const encodeElement = encoderOf(element);
    return encodeElement === identity ? identity : (value) => (Array.isArray(value) ? value.map(encodeElement) : value);
  }
  const options = optionsOf(schema);
  if (options) {
    const encoded = options.map(encoderOf).filter((encode) => encode !== identity);
    return encoded.length === 1 ? encoded[0]! : identity;
  }
  const shape = shapeOf(schema);
  if (!shape) return identity;
  const money = Object.keys(shape).filter((key) => isMoney(shape[key]!));
  const aliases = Object.keys(shape).flatMap((key) => (aliasOf(shape[key]!) ? [[key, aliasOf(shape[key]!)!] as const] : []));
  const nested = Object.entries(shape).flatMap(([key, field]) => {
    const encode = money.includes(key) ? identity : encoderOf(field);
    return encode === identity ? [] : [[key, encode] as const];
  });
  if (money.length === 0 && nested.length === 0 && aliases.length === 0) return identity;
  return (value) => {
    if (typeof value !== "object" || value === null) return value;
    const out: Record<string, unknown> = { ...value };
    for (const [key, encode] of nested) if (key in out) out[key] = encode(out[key]);
    for (const [key, alias] of aliases) if (key in out) out[alias] = out[key];
    for (const key of money) {
      const amount = out[key] as { amount: number; currency: string } | null | undefined;
      if (amount) {
        out[key] = formatDecimal(amount.amount, amount.currency);
        out.currency = amount.currency;
      } else if (key in out) out.currency ??= null;
    }
    return out;
  };
}

/**
 * v1 → neutral: a decimal string with the object's (or the enclosing object's) `currency` becomes Money. What is no decimal stays in `amount` as it
 * came, so that the operation's validation refuses it at the right place.
 */
export function decoderOf(schema: Schema): Decode {
  let decode = decoders.get(schema);
  if (!decode) {
    decode = compileDecode(schema);
    decoders.set(schema, decode);
  }
  return decode;
}

function compileDecode(schema: Schema): Decode {
  const element = elementOf(schema);
  if (element) {
    const decodeElement = decoderOf(element);
    return decodeElement === identity
      ? identity
      : (value, currency) => (Array.isArray(value) ? value.map((item) => decodeElement(item, currency)) : value);
  }
  const shape = shapeOf(schema);
  if (!shape) return identity;
  const money = Object.keys(shape).filter((key) => isMoney(shape[key]!));
  const aliases = Object.keys(shape).flatMap((key) => (aliasOf(shape[key]!) ? [[key, aliasOf(shape[key]!)!] as const] : []));
  const nested = Object.entries(shape).flatMap(([key, field]) => {
    const decode = money.includes(key) ? identity : decoderOf(field);
    return decode === identity ? [] : [[key, decode] as const];
  });
  if (money.length === 0 && nested.length === 0 && aliases.length === 0) return identity;
  const ownCurrency = "currency" in shape;
  return (value, enclosing) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    const out: Record<string, unknown> = { ...value };
    const currency = out.currency ?? enclosing;
    if (money.length > 0 && !ownCurrency) delete out.currency;
    for (const [key, alias] of aliases) {
      if (!(alias in out)) continue;
      if (!(key in out)) out[key] = out[alias];
      delete out[alias];
    }
    for (const key of money) if (out[key] != null) out[key] = toMoney(out[key], currency);
    for (const [key, decode] of nested) if (key in out) out[key] = decode(out[key], currency);
    return out;
  };
}

function toMoney(value: unknown, currency: unknown): unknown {
  const decimal = typeof value === "number" && Number.isFinite(value) ? String(value) : value;
  if (typeof decimal !== "string" || typeof currency !== "string" || !/^[A-Z]{3}$/.test(currency))
    return { amount: typeof decimal === "string" && /^-?\d+(\.\d+)?$/.test(decimal) ? 0 : decimal, currency };
  return { amount: parseDecimal(decimal, currency) ?? decimal, currency };
}
