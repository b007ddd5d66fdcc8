import { outputFields, type Builder, type OutputField, type OutputFields, type Resolve, type TypeRef } from "./builder.ts";
import type { LeafTypes } from "./leaf_types.ts";
import { clientDescription } from "./domain_names.ts";
import { listSize } from "./list_sizes.ts";
import { camel, pascal, singular } from "./names.ts";
import { typeNameOf } from "./type_names.ts";
import { definitionOf, idOf, mayLack, originOf, ownDescriptionOf, unwrap, type Schema, type Shape } from "./zod_types.ts";

/** What REST answers beside an entity; here it is the entity's own fields. */
const WITHOUT = "included";

/** What an object type gets besides its schema's fields. */
export interface Additions {
  fields: OutputFields;
  interfaces: TypeRef[];
}

export interface OutputHooks {
  /** Called for each object type with the id of its schema. */
  additions(id: string, shape: Shape): Additions;
  /** Whether something hangs off entities with this id. */
  isRelated(id: string): boolean;
}

/** Object types from the domain's output schemas, one for each schema. */
export class OutputTypes {
  private readonly byOrigin = new Map<Schema, TypeRef>();
  private readonly byName = new Map<string, Schema>();
  private readonly leads = new Map<Schema, boolean>();

  constructor(
    private readonly builder: Builder,
    private readonly leaves: LeafTypes,
    private readonly hooks: OutputHooks,
  ) {}

  /** A field's type and nullability. `owner` names what an unnamed object or enumeration is made after, together with the field. */
  field(schema: Schema, name: string, owner: string): Pick<OutputField, "type" | "nullable" | "description"> {
    const inner = unwrap(schema);
    const { element } = definitionOf(inner);
    const nullable = mayLack(schema);
    const description = clientDescription(schema);
    if (!element) return { type: this.type(inner, name, owner + pascal(name)), nullable, description };
    const item = this.type(unwrap(element), name, owner + pascal(singular(name)));
    return { type: [item], nullable: { list: nullable, items: false }, description };
  }

  /** The type of a value that is no list. `bounded`: an argument of its field bounds its lists. */
  type(schema: Schema, field: string, name: string, bounded = false): TypeRef {
    const inner = unwrap(schema);
    const type = this.leaves.of(inner, field, name) ?? (definitionOf(inner).shape ? this.object(inner, name, bounded) : undefined);
    if (!type) throw new Error(`No GraphQL type for ${definitionOf(inner).type} at ${name}`);
    return type;
  }

  private object(schema: Schema, fallback: string, bounded: boolean): TypeRef {
    const origin = originOf(schema);
    const known = this.byOrigin.get(origin);
    if (known) return known;
    const id = idOf(schema);
    const name = typeNameOf(id ?? fallback);
    if (this.byName.has(name)) throw new Error(`Two schemas are called ${name}`);
    this.byName.set(name, schema);
    const ref = this.builder.objectRef(name);
    this.byOrigin.set(origin, ref);
    const shape = definitionOf(schema).shape!;
    const fields: OutputFields = {};
    for (const [key, field] of Object.entries(shape)) {
      if (key === WITHOUT) continue;
      fields[camel(key)] = {
        ...this.field(field, key, name),
        resolve: this.resolver(key, field),
        ...(bounded ? {} : sizeOf(field, `${name}.${camel(key)}`)),
      };
    }
    const added = id === undefined ? { fields: {}, interfaces: [] } : this.hooks.additions(id, shape);
    ref.implement({
      description: ownDescriptionOf(schema),
      interfaces: added.interfaces,
      fields: outputFields(() => ({ ...fields, ...added.fields })),
    });
    return ref;
  }

  private resolver(key: string, schema: Schema): Resolve {
    if (this.leadsToRelations(schema)) return (parent: object, _args, { cohorts }) => cohorts.child(parent, key);
    return (parent: Record<string, unknown>) => parent[key];
  }

  private leadsToRelations(schema: Schema): boolean {
    const inner = unwrap(schema);
    const known = this.leads.get(inner);
    if (known !== undefined) return known;
    const { element, shape } = definitionOf(inner);
    const id = idOf(inner);
    const leads =
      (id !== undefined && this.hooks.isRelated(id)) ||
      (element !== undefined && this.leadsToRelations(element)) ||
      Object.values(shape ?? {}).some((field) => this.leadsToRelations(field));
    this.leads.set(inner, leads);
    return leads;
  }
}

function sizeOf(schema: Schema, field: string): Pick<OutputField, "extensions"> {
  const size = listSize(schema, field);
  return size ? { extensions: { cost: { size } } } : {};
}
