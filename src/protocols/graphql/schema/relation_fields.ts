import { RELATIONS } from "../../../domain/relations.ts";
import type { AnyRelation } from "../../../domain/relation.ts";
import type { Arguments } from "./arguments.ts";
import type { OutputField, OutputFields } from "./builder.ts";
import { camel } from "./names.ts";
import { USUAL_LIST_COUNT } from "./list_sizes.ts";
import type { OutputTypes } from "./output_types.ts";
import { relationArguments } from "./root_arguments.ts";
import { declared, readArguments, sizeByArgument } from "./root_field.ts";

/** The fields of everything that hangs off entities with this schema id. */
export function relationFields(id: string, make: Arguments, outputs: OutputTypes): OutputFields {
  const related = RELATIONS.filter(({ of }) => of.includes(id));
  return Object.fromEntries(related.map((relation) => [camel(relation.field), relationField(relation, id, make, outputs)]));
}

/** Whether something hangs off entities with this schema id. */
export function isRelated(id: string): boolean {
  return RELATIONS.some(({ of }) => of.includes(id));
}

function relationField(relation: AnyRelation, owner: string, make: Arguments, outputs: OutputTypes): OutputField {
  const made = relationArguments(relation.input, owner, make);
  const { type } = outputs.field(relation.output, relation.field, owner);
  const lists = Array.isArray(type);
  const size = sizeByArgument(made, "first") ?? { at_most: USUAL_LIST_COUNT };
  return {
    type,
    // Null when this cannot be seen: the rest of the answer stands.
    nullable: lists ? { list: true, items: false } : true,
    description: relation.summary,
    args: declared(made),
    extensions: { cost: { look_up: relation.cost, ...(lists ? { size } : {}) } },
    resolve: (parent: object, args, { cohorts }) => cohorts.relate(parent, relation.name, readArguments(made, args), made),
  };
}
