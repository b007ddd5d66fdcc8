import { inputFields, type Builder, type InputField, type TypeRef } from "./builder.ts";
import type { LeafTypes } from "./leaf_types.ts";
import { clientDescription } from "./domain_names.ts";
import { camel, pascal, singular } from "./names.ts";
import { typeNameOf } from "./type_names.ts";
import { acceptsNull, defaultOf, definitionOf, idOf, isOptional, originOf, ownDescriptionOf, unwrap, type Schema, type Shape } from "./zod_types.ts";

/** Input object types from the domain's input schemas, one for each schema. */
export class InputTypes {
  private readonly byOrigin = new Map<Schema, TypeRef>();
  private money: TypeRef | undefined;

  constructor(
    private readonly builder: Builder,
    private readonly leaves: LeafTypes,
  ) {}

  /** A field of an input object, or an argument. `owner` names what an unnamed object or enumeration is made after, together with the field. */
  field(schema: Schema, key: string, owner: string): InputField {
    const inner = unwrap(schema);
    const element = listElementOf(inner);
    const required = !isOptional(schema) && !acceptsNull(schema);
    const described = { description: clientDescription(schema), ...defaultValueOf(schema) };
    if (!element) return { type: this.type(inner, key, owner + pascal(key)), required, ...described };
    return { type: [this.type(unwrap(element), key, owner + pascal(singular(key)))], required: { list: required, items: true }, ...described };
  }

  /** The type of an object's schema, under this name where the schema has none. */
  object(schema: Schema, name: string, owner: string): TypeRef {
    const inner = unwrap(schema);
    const shape = definitionOf(inner).shape!;
    if (isMoney(shape)) return (this.money ??= this.define("MoneyInput", shape, "Money", ownDescriptionOf(inner)));
    const origin = originOf(inner);
    let type = this.byOrigin.get(origin);
    if (!type) this.byOrigin.set(origin, (type = this.define(idOf(inner) ?? name, shape, owner, ownDescriptionOf(inner))));
    return type;
  }

  /** A new input object with these fields. */
  define(name: string, shape: Shape, owner: string, description?: string): TypeRef {
    const fields = Object.fromEntries(Object.entries(shape).map(([key, field]) => [camel(key), this.field(field, key, owner)]));
    return this.builder.inputType(name, { description, fields: inputFields(() => fields) });
  }

  private type(schema: Schema, key: string, name: string): TypeRef {
    const leaf = this.leaves.of(schema, key, name);
    if (leaf) return leaf;
    if (!definitionOf(schema).shape) throw new Error(`No GraphQL input type for ${definitionOf(schema).type} at ${name}`);
    return this.object(schema, `${typeNameOf(name)}Input`, idOf(schema)?.replace(/Input$/, "") ?? name);
  }
}

/** Amounts differ in their bounds alone: one type takes them all. */
function isMoney(shape: Shape): boolean {
  return Object.keys(shape).join() === "amount,currency";
}

/** The element of a list, or of a value that can be one or several. */
export function listElementOf(schema: Schema): Schema | undefined {
  const { element, options } = definitionOf(schema);
  return element ?? options?.map((option) => definitionOf(option).element).find((found) => found !== undefined);
}

function defaultValueOf(schema: Schema): Pick<InputField, "defaultValue"> {
  const value = defaultOf(schema);
  return value === undefined ? {} : { defaultValue: value };
}
