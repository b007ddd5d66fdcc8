import {
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLOutputType,
} from "graphql";
import type { AnyOperation } from "../../src/domain/operation.ts";
import { crowSchema } from "../../src/protocols/graphql/schema/index.ts";
import { send } from "../support/api.ts";

type Root = GraphQLField<unknown, unknown>;

export const camel = (name: string): string => name.replaceAll(/_(\w)/g, (_match, letter: string) => letter.toUpperCase());
const snake = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const DEPTH_MAX = 7;

/** The root field of an operation; a list's plain one. */
export function rootFieldOf(operation: AnyOperation): { field: Root; keyword: "query" | "mutation" } | undefined {
  const schema = crowSchema();
  for (const [keyword, type] of [
    ["query", schema.getQueryType()!],
    ["mutation", schema.getMutationType()!],
  ] as const) {
    const fields = Object.values(type.getFields()).filter(({ extensions }) => extensions.operation === operation.name);
    const field = fields.find(({ name }) => !name.endsWith("Connection")) ?? fields[0];
    if (field) return { field, keyword };
  }
  return undefined;
}

export interface GraphqlOutcome {
  status: number;
  code: string | undefined;
  /** The answer with the domain's values of enumerations. */
  value: unknown;
  /** `details.field` as REST would say it. */
  field: string | undefined;
  text: string;
}

/** Runs an operation with the domain's own input over GraphQL, asking for everything that it can tell. */
export async function runOverGraphql(
  operation: AnyOperation,
  input: Record<string, unknown>,
  key: string,
  headers: Record<string, string> = {},
): Promise<GraphqlOutcome> {
  const { field, keyword } = rootFieldOf(operation)!;
  const variables: Record<string, unknown> = {};
  const left = { ...input };
  const take = (name: string): unknown => {
    const value = left[name];
    delete left[name];
    return value;
  };
  const own = [...operation.rest.path.matchAll(/\{(\w+)\}/g)].at(-1)?.[1];
  const rest = field.args.find(({ name, type }) => isInputObjectType(getNullableType(type)) && name !== "dateRange" && !(name in left));
  for (const argument of field.args) {
    const { name, type } = argument;
    if (argument === rest) continue;
    if (name === "dateRange") variables.dateRange = strip({ dateFrom: take("date_from"), dateTo: take("date_to") });
    else if (name === "orderBy") variables.orderBy = orders(take("sort"));
    else if (name === "first") variables.first = take("limit");
    else {
      const source = name === "id" ? own! : snake(name);
      if (source in left) variables[name] = toInput(take(source), type);
    }
  }
  if (rest) variables[rest.name] = toInput(left, rest.type);
  const used = field.args.filter(({ name }) => variables[name] !== undefined);
  const declared = used.map(({ name, type }) => `$${name}: ${String(type)}`).join(", ");
  const passed = used.map(({ name }) => `${name}: $${name}`).join(", ");
  const query = `${keyword} Parity${declared ? `(${declared})` : ""} { ${field.name}${passed ? `(${passed})` : ""} ${selectionOf(field.type, DEPTH_MAX)} }`;
  const reply = await send<{ data?: Record<string, unknown> | null; errors?: { extensions: { code: string; details?: { field?: string } } }[] }>(
    "POST",
    "/graphql",
    { key, headers, body: { query, variables } },
  );
  const [error] = reply.body.errors ?? [];
  const argument = error?.extensions.details?.field;
  return {
    status: reply.status,
    code: error?.extensions.code,
    value: reply.body.data ? toNeutral(reply.body.data[field.name], field.type) : undefined,
    field: argument === undefined ? undefined : restField(argument, rest?.name, own),
    text: JSON.stringify(reply.body).slice(0, 400),
  };
}

/** How REST calls the field that an error names: GraphQL's has the argument in front. */
function restField(argument: string, input: string | undefined, own: string | undefined): string {
  const field = snake(argument).replace(/^(filter|date_range)\./, "");
  if (field === "id") return own!;
  return input !== undefined && field.startsWith(`${input}.`) ? field.slice(input.length + 1) : field;
}

/** Every field that needs no argument, without what hangs off by a relation. */
function selectionOf(output: GraphQLOutputType, depth: number): string {
  const type = getNamedType(output);
  if (isLeafType(type)) return "";
  if (!isObjectType(type) || depth === 0) return "{ __typename }";
  const fields = Object.values(type.getFields()).filter(
    ({ args, extensions }) => extensions.cost?.look_up === undefined && !args.some((argument) => isNonNullType(argument.type)),
  );
  return `{ ${fields.map((field) => `${field.name} ${selectionOf(field.type, depth - 1)}`).join(" ")} }`;
}

function toInput(value: unknown, declared: GraphQLInputType): unknown {
  const type = getNullableType(declared);
  if (value === null || value === undefined) return value;
  if (isListType(type)) return (Array.isArray(value) ? value : [value]).map((item) => toInput(item, type.ofType));
  if (isEnumType(type)) return type.getValues().find((candidate) => candidate.value === value)?.name ?? value;
  if (!isInputObjectType(type)) return value;
  const fields = type.getFields();
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      const field = fields[camel(name)];
      return [camel(name), field ? toInput(item, field.type) : item];
    }),
  );
}

function toNeutral(value: unknown, declared: GraphQLOutputType): unknown {
  const type = getNullableType(declared);
  if (value === null || value === undefined) return value;
  if (isListType(type)) return (value as unknown[]).map((item) => toNeutral(item, type.ofType));
  if (isEnumType(type)) return type.getValue(value as string)!.value;
  if (!isObjectType(type)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, toNeutral(item, type.getFields()[name]!.type)]));
}

function orders(sort: unknown): string[] | undefined {
  return typeof sort === "string"
    ? sort.split(",").map((key) => (key.startsWith("-") ? `${key.slice(1).toUpperCase()}_DESC` : `${key.toUpperCase()}_ASC`))
    : undefined;
}

function strip(value: Record<string, unknown>): Record<string, unknown> | undefined {
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}
