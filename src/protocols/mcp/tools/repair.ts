import type { Failure } from "../../../domain/errors.ts";
import { todayOf } from "../../../domain/insights/calendar.ts";
import type { McpView } from "../../../domain/mcp/command.ts";
import type { McpHost } from "../../../domain/mcp/executor.ts";
import type { JsonSchema } from "../json_schema.ts";
import { TOOL_OPERATIONS, familyOf, isShown, type OrganizationOperation } from "../operations_in_view.ts";
import { issueText, issuesOf, type Issue } from "./error.ts";
import { inputSchemaOf } from "./input_schema.ts";
import { toolNameOf } from "./names.ts";
import { nearest } from "./nearest.ts";
import { isObject } from "./render/shapes.ts";

const NAMES_TOLD = 30;
const VALUES = /^one of: (.+)$/;
const MONEY = '{"amount": 1999, "currency": "USD"}: the amount in whole minor units, so 19.99 USD is 1999';
/** What is told of a field that was left out, in the words of a type or of a set of values. */
const ABSENT = / \(required\)$|^one of: /;
/** What a text is told that is no date. */
const NO_DATE = "ISO 8601 format";
const UNKNOWN_FIELD = "a known field";

/** A refused call: what it takes and what it was given. */
export interface Refused {
  schema: JsonSchema;
  input: unknown;
  view: McpView;
  host: McpHost;
}

/** What is wrong with each field and how to put it right: what it takes, where such values come from, what was probably meant. */
export function repairs(failure: Failure, refused: Refused): string[] {
  return issuesOf(failure).flatMap((issue) => repairOf(issue, refused));
}

function repairOf(issue: Issue, { schema, input, view, host }: Refused): string[] {
  const { field, expected } = issue;
  const path = field === "" ? [] : field.split(".");
  if (expected === UNKNOWN_FIELD) return [unknownField(field, path, schema)];
  const node = nodeAt(schema, path);
  const value = valueAt(input, path);
  if (expected === NO_DATE) return [`\`${field}\`: ${dateText(node)}; today is ${todayOf(host)}`];
  if (isMoney(node)) return [`\`${field}\`${value === undefined ? " is missing" : ""}: ${MONEY}`];
  const source = sourceOf(path.at(-1), view);
  const money = isMoney(nodeAt(schema, path.slice(0, -1))) ? [`Money is ${MONEY}`] : [];
  if (value === undefined && node !== undefined && ABSENT.test(expected))
    return [`\`${field}\` is missing: ${withSource(takes(node, expected), source)}`, ...money];
  return [`${withSource(issueText(issue), source)}${meant(expected, value, path)}`, ...money];
}

function dateText(node: JsonSchema | undefined): string {
  return `a day that exists, YYYY-MM-DD${node?.format === "date" ? "" : ", or a time such as 2026-11-26T08:00:00Z"}`;
}

/** What a field takes that was left out. */
function takes({ description, enum: values, required, type }: JsonSchema, expected: string): string {
  if (values) return `one of: ${values.filter((value) => value !== null).join(", ")}`;
  if (description !== undefined) return description;
  if (required) return `an object with ${required.join(", ")}`;
  return type === undefined ? expected : [type].flat().join(" or ");
}

function withSource(text: string, source: string | null): string {
  return source === null ? text : `${text}, from ${source}`;
}

/** Where ids come from: the list of the family whose things are read by such an id. */
const LISTS_BY_ID: ReadonlyMap<string, OrganizationOperation> = new Map(
  TOOL_OPERATIONS.flatMap((operation) => {
    const [id, ...more] = operation.name.endsWith(".get") ? (inputSchemaOf(operation).required ?? []) : [];
    const list = TOOL_OPERATIONS.find(({ name }) => name === `${familyOf(operation)}.list`);
    return id === undefined || more.length > 0 || !list ? [] : [[id, list] as const];
  }),
);

function sourceOf(name: string | undefined, view: McpView): string | null {
  const list = name === undefined ? undefined : LISTS_BY_ID.get(name);
  if (!list) return null;
  return isShown(list, view) ? toolNameOf(list) : list.name;
}

function meant(expected: string, value: unknown, path: readonly string[]): string {
  const values = VALUES.exec(expected)?.[1]?.split(", ");
  if (!values) return "";
  const found = (typeof value === "string" ? nearest(value, values) : null) ?? nearest(path.at(-1) ?? "", values);
  return found === null ? "" : `. Did you mean "${found}"?`;
}

function unknownField(field: string, path: readonly string[], schema: JsonSchema): string {
  const inside = path.slice(0, -1);
  const names = Object.keys(nodeAt(schema, inside)?.properties ?? {});
  const place = (name: string): string => [...inside, name].join(".");
  const name = nearest(path.at(-1)!, names);
  const hint = name === null ? "" : ` Did you mean \`${place(name)}\`?`;
  const known = names.length > 0 && names.length <= NAMES_TOLD ? ` It takes: ${names.map(place).join(", ")}.` : "";
  return `\`${field}\` is not known here.${hint}${known}`;
}

function isMoney(node: JsonSchema | undefined): boolean {
  const { amount, currency, ...others } = node?.properties ?? {};
  return amount !== undefined && currency !== undefined && Object.keys(others).length === 0;
}

function nodeAt(schema: JsonSchema | undefined, path: readonly string[]): JsonSchema | undefined {
  const [key, ...rest] = path;
  if (key === undefined || schema === undefined) return schema;
  return nodeAt(/^\d+$/.test(key) && schema.items ? schema.items : schema.properties?.[key], rest);
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(value)) return valueAt((value as unknown[])[Number(key)], rest);
  return isObject(value) && Object.hasOwn(value, key) ? valueAt(value[key], rest) : undefined;
}
