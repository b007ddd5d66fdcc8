import SchemaBuilder from "@pothos/core";
import type { GraphQLFieldExtensions } from "graphql";
import type { Place } from "../answer.ts";
import type { GraphqlContext } from "./context.ts";
import { DATE, DATE_TIME, JSON_VALUE, SAFE_INT } from "./scalars.ts";

// Types, fields and arguments are made from zod schemas at run time, so Pothos' inference has nothing to infer: these are the shapes that it takes.

/** A named type as Pothos refers to it: a scalar's name, or what `enumType`, `objectRef` and `inputType` return. */
export type TypeRef = string | { readonly name: string };
export type TypeParam = TypeRef | readonly [TypeRef];

export interface InputField {
  type: TypeParam;
  required: boolean | { list: boolean; items: true };
  description: string | undefined;
  defaultValue?: unknown;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a parent is whatever the field's object is
export type Resolve = (parent: any, args: Record<string, unknown>, context: GraphqlContext, info: ResolveInfo) => unknown;

type ResolveInfo = Place & { path: { key: string | number } };

export interface OutputField {
  type: TypeParam;
  nullable: boolean | { list: boolean; items: false };
  description: string | undefined;
  args?: Record<string, InputField>;
  extensions?: GraphQLFieldExtensions<unknown, unknown>;
  resolve: Resolve;
}

export type OutputFields = Record<string, OutputField>;

type Fields = (t: never) => never;

/** The part of Pothos that a schema made at run time needs. */
export interface Builder {
  objectRef(name: string): TypeRef & { implement(options: { description?: string | undefined; interfaces?: TypeRef[]; fields: Fields }): void };
  interfaceRef(name: string): TypeRef & { implement(options: { description: string; resolveType(value: unknown): string; fields: Fields }): void };
  enumType(name: string, options: { values: Record<string, { value: string }> }): TypeRef;
  inputType(name: string, options: { description?: string | undefined; fields: Fields }): TypeRef;
  queryType(options: { description: string; fields: Fields }): void;
  mutationType(options: { description: string; fields: Fields }): void;
  subscriptionType(options: { description: string; fields: Fields }): void;
  toSchema: SchemaBuilder["toSchema"];
}

type SchemaBuilder = PothosSchemaTypes.SchemaBuilder<PothosSchemaTypes.ExtendDefaultTypes<object>>;

/** A builder that knows the scalars. */
export function createBuilder(): Builder {
  const builder = new SchemaBuilder({});
  for (const scalar of [DATE_TIME, DATE, JSON_VALUE, SAFE_INT]) builder.addScalarType(scalar.name as never, scalar, {} as never);
  return builder as unknown as Builder;
}

/** Fields of an object as Pothos wants them: made when it builds. */
export function outputFields(fields: () => OutputFields): Fields {
  return ((t: { field(options: unknown): unknown; arg(options: InputField): unknown }) =>
    mapValues(fields(), ({ args = {}, ...field }) =>
      t.field({ ...field, resolve: withinRoom(field), args: mapValues(args, (arg) => t.arg(arg)) }),
    )) as unknown as Fields;
}

/** What brings a list, or has something looked up for it, does so as long as the answer has room; the rest of an answer that has none is left out, since an error takes its place. */
function withinRoom({ type, extensions, resolve }: OutputField): Resolve {
  const lists = Array.isArray(type);
  if (!lists && extensions?.cost?.look_up === undefined) return resolve;
  const nothing = lists ? [] : null;
  return (parent, args, context, info) => {
    // A subscription's arguments are read without one.
    const answer = (context as GraphqlContext | undefined)?.answer;
    if (answer?.full) return nothing;
    const value = resolve(parent, args, context, info);
    return !Array.isArray(value) || answer?.takeList(value.length, info) !== false ? value : nothing;
  };
}

/** The same for an input object. */
export function inputFields(fields: () => Record<string, InputField>): Fields {
  return ((t: { field(options: InputField): unknown }) => mapValues(fields(), (field) => t.field(field))) as unknown as Fields;
}

function mapValues<Value, Mapped>(values: Record<string, Value>, map: (value: Value) => Mapped): Record<string, Mapped> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(value)]));
}
