import { GraphQLError, GraphQLScalarType, Kind, type ConstValueNode } from "graphql";
import { JSON_DEPTH_MAX } from "../../json_depth.ts";

// What a text must look like is the operation's to judge, in one place for all protocols: scalars look at the JSON type alone.

/** A moment. */
export const DATE_TIME = textScalar("DateTime", "ISO 8601 date and time; answers are in UTC with milliseconds");

/** A calendar day. */
export const DATE = textScalar("Date", "ISO 8601 date, YYYY-MM-DD");

/** An integer beyond 32 bits. */
export const SAFE_INT = new GraphQLScalarType<number>({
  name: "SafeInt",
  description: "Integer from -(2^53 - 1) to 2^53 - 1",
  coerceOutputValue: (value) => safeInteger(value),
  coerceInputValue: (value) => safeInteger(value),
  coerceInputLiteral: (literal) => safeInteger(literal.kind === Kind.INT ? Number(literal.value) : undefined),
});

/** Any JSON value, passed through as it is. */
export const JSON_VALUE = new GraphQLScalarType<unknown>({
  name: "JSON",
  description: "Any JSON value; names inside it are the data's own",
  coerceOutputValue: (value) => value,
  coerceInputValue: (value) => value,
  coerceInputLiteral: (literal) => jsonOf(literal, JSON_DEPTH_MAX),
});

function textScalar(name: string, description: string): GraphQLScalarType<string> {
  const text = (value: unknown): string => {
    if (typeof value !== "string") throw new GraphQLError(`${name} takes a string`);
    return value;
  };
  return new GraphQLScalarType<string>({
    name,
    description,
    coerceOutputValue: text,
    coerceInputValue: text,
    coerceInputLiteral: (literal) => text(literal.kind === Kind.STRING ? literal.value : undefined),
  });
}

function safeInteger(value: unknown): number {
  if (!Number.isSafeInteger(value)) throw new GraphQLError("SafeInt takes an integer from -(2^53 - 1) to 2^53 - 1");
  return value as number;
}

/** The same depth is allowed to JSON that is written out as to JSON in variables. */
function jsonOf(literal: ConstValueNode, levels: number): unknown {
  if (levels === 0 && (literal.kind === Kind.OBJECT || literal.kind === Kind.LIST))
    throw new GraphQLError(`JSON has at most ${JSON_DEPTH_MAX} levels`);
  switch (literal.kind) {
    case Kind.OBJECT: {
      // Without a prototype: a field may have any name.
      const value = Object.create(null) as Record<string, unknown>;
      for (const field of literal.fields) value[field.name.value] = jsonOf(field.value, levels - 1);
      return value;
    }
    case Kind.LIST:
      return literal.values.map((item) => jsonOf(item, levels - 1));
    case Kind.INT:
    case Kind.FLOAT:
      return Number(literal.value);
    case Kind.NULL:
      return null;
    case Kind.ENUM:
      throw new GraphQLError(`JSON has no enumerations: write "${literal.value}" as a string`);
    default:
      return literal.value;
  }
}
