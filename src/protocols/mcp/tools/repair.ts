import type { Failure } from "../../../domain/errors.ts";
import type { JsonSchema } from "../json_schema.ts";
import { nearest } from "./nearest.ts";

const NAMES_TOLD = 30;
const VALUES = /^one of: (.+)$/;

/** What a model probably meant, and what there is: for a field that there is not, or a value that is none of those. Null where nothing more can be said. */
export function hintFor({ details }: Failure, schema: JsonSchema, input: unknown): string | null {
  const { field, expected } = details;
  if (typeof field !== "string" || typeof expected !== "string") return null;
  const path = field.split(".");
  if (expected === "a known field") return unknownField(path, schema);
  const values = VALUES.exec(expected)?.[1]?.split(", ");
  if (!values) return null;
  const given = valueAt(input, path);
  const meant = (typeof given === "string" ? nearest(given, values) : null) ?? nearest(path.at(-1)!, values);
  return meant === null ? null : `Did you mean "${meant}"?`;
}

function unknownField(path: readonly string[], schema: JsonSchema): string | null {
  const inside = path.slice(0, -1);
  const names = Object.keys(propertiesAt(schema, inside));
  if (names.length === 0) return null;
  const place = (name: string): string => [...inside, name].join(".");
  const meant = nearest(path.at(-1)!, names);
  const known = names.length <= NAMES_TOLD ? ` It takes: ${names.map(place).join(", ")}.` : "";
  return `${meant === null ? "" : `Did you mean \`${place(meant)}\`?`}${known}`.trim() || null;
}

function propertiesAt(schema: JsonSchema, path: readonly string[]): Record<string, JsonSchema> {
  const [key, ...rest] = path;
  if (key === undefined) return schema.properties ?? {};
  const next = /^\d+$/.test(key) ? schema.items : schema.properties?.[key];
  return next ? propertiesAt(next, rest) : {};
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  return typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? valueAt((value as Record<string, unknown>)[key], rest)
    : undefined;
}
