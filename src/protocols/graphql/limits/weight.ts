import {
  getNamedType,
  isCompositeType,
  Kind,
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";
import { PAGE_LIMIT_MAX } from "../../../domain/listing.ts";
import { perFragment } from "./fragments.ts";
import { refusal } from "./refusal.ts";

/** Items of all lists in an answer, lists within lists multiplied. */
export const NODES_MAX = 20_000;
/** Fields of all objects in an answer: what an actor works through while nobody else gets a turn. */
export const VALUES_MAX = 200_000;
/** A nested look-up loads many parents at once: so many for its cost. */
const PARENTS_PER_LOOK_UP = 10;

/** What an operation can bring about at most, known before it runs. */
export interface Weight {
  /** What it takes from the rate-limit bucket. */
  cost: number;
  nodes: number;
  values: number;
  /** Names of the operations behind its root fields. */
  operations: string[];
}

/** What a selection brings about for each of its parents; cost in tenths, so that sums are exact. */
interface Unit {
  tenths: number;
  nodes: number;
  values: number;
}

const NOTHING: Unit = { tenths: 0, nodes: 0, values: 0 };

/**
 * Weighs an operation of a valid document with these (coerced) variables, from what the schema's fields say of themselves. Linear in the document: the weight of a
 * selection is its weight for one parent times the parents, so each fragment is weighed once. A field that is asked for twice is counted twice. Throws for a page size out
 * of bounds.
 */
export function weigh(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): Weight {
  const root = schema.getRootType(operation.operation)!;
  const operations = new Set<string>();
  const ofFragment = perFragment(document, NOTHING, ({ typeCondition, selectionSet }) =>
    ofSelections(selectionSet, schema.getType(typeCondition.name.value)!),
  );

  function ofSelections({ selections }: SelectionSetNode, type: GraphQLNamedType): Unit {
    const sum = { ...NOTHING };
    for (const selection of selections) {
      if (!isIncluded(selection, variables)) continue;
      const unit = ofSelection(selection, type);
      sum.tenths += unit.tenths;
      sum.nodes += unit.nodes;
      sum.values += unit.values;
    }
    return sum;
  }

  function ofSelection(selection: SelectionNode, type: GraphQLNamedType): Unit {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return ofFragment(selection.name.value);
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const condition = selection.typeCondition;
      return ofSelections(selection.selectionSet, condition ? schema.getType(condition.name.value)! : type);
    }
    const field = isCompositeType(type) ? schema.getField(type, selection.name.value) : undefined;
    return field ? ofField(selection, field, type === root) : NOTHING;
  }

  function ofField(node: FieldNode, field: GraphQLField<unknown, unknown>, at_root: boolean): Unit {
    const { look_up = 0, size } = field.extensions.cost ?? {};
    if (at_root && field.extensions.operation !== undefined) operations.add(field.extensions.operation);
    const items = size === undefined ? 1 : "at_most" in size ? size.at_most : pageSize(node, size, variables);
    const each = node.selectionSet ? ofSelections(node.selectionSet, getNamedType(field.type)) : NOTHING;
    return {
      tenths: look_up * (at_root ? PARENTS_PER_LOOK_UP : 1) + items * each.tenths,
      nodes: (size === undefined ? 0 : items) + items * each.nodes,
      values: 1 + items * each.values,
    };
  }

  const { tenths, nodes, values } = ofSelections(operation.selectionSet, root);
  return { cost: Math.max(1, Math.ceil(tenths / PARENTS_PER_LOOK_UP)), nodes, values, operations: [...operations] };
}

/** What a list's argument asks for. */
function pageSize(node: FieldNode, size: { argument: string; default: number; max?: number }, variables: Readonly<Record<string, unknown>>): number {
  const { max = PAGE_LIMIT_MAX } = size;
  const argument = node.arguments?.find(({ name }) => name.value === size.argument);
  const asked = argument ? valueOf(argument.value, variables) : undefined;
  if (asked === undefined || asked === null) return size.default;
  if (typeof asked !== "number" || asked < 1 || asked > max)
    throw refusal(`${size.argument} must be from 1 to ${max}`, { field: size.argument, expected: `1 to ${max}`, limit: max }, argument);
  return asked;
}

/** Whether `@skip` and `@include` leave it in. */
export function isIncluded({ directives = [] }: SelectionNode, variables: Readonly<Record<string, unknown>>): boolean {
  return directives.every(({ name, arguments: args = [] }) => {
    const condition = args.find((argument) => argument.name.value === "if");
    if (!condition || (name.value !== "skip" && name.value !== "include")) return true;
    return (valueOf(condition.value, variables) === true) === (name.value === "include");
  });
}

/** A number or truth value, written out or by variable. */
function valueOf(node: { kind: Kind } & Partial<{ value: unknown; name: { value: string } }>, variables: Readonly<Record<string, unknown>>): unknown {
  if (node.kind === Kind.VARIABLE) return variables[node.name!.value];
  if (node.kind === Kind.NULL) return null;
  return node.kind === Kind.INT ? Number(node.value) : node.value;
}
