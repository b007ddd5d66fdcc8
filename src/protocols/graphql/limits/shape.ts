import { Kind, visit, type ASTNode, type DocumentNode, type GraphQLError } from "graphql";
import { depthsOf } from "./depth.ts";
import { refusal } from "./refusal.ts";
import { rootFieldsOf } from "./root_fields.ts";

export const DEPTH_MAX = 12;
/** Tools that read the schema nest deeply, but only so deeply. */
export const INTROSPECTION_DEPTH_MAX = 20;
export const ALIASES_MAX = 100;
export const DIRECTIVES_MAX = 50;
export const FRAGMENTS_MAX = 50;
export const ROOT_FIELDS_MAX = 50;
/** Of which one runs; each is validated with all that it spreads. */
export const OPERATIONS_MAX = 50;

/**
 * The first bound that a document's shape breaks, or null. It is judged in one pass, before validation: that is dearer, and how dear depends on the shape.
 */
export function shapeError(document: DocumentNode): GraphQLError | null {
  const seen = countShape(document);
  if (seen.introspection_alias)
    return refusal("Fields below __schema and __type take no alias", { expected: "introspection without aliases" }, seen.introspection_alias);
  const { depth, introspection_depth } = depthsOf(document);
  const bounds: [what: string, count: number, limit: number][] = [
    ["aliases", seen.aliases, ALIASES_MAX],
    ["directives", seen.directives, DIRECTIVES_MAX],
    ["fragments", seen.fragments, FRAGMENTS_MAX],
    ["operations", seen.operations, OPERATIONS_MAX],
    ["root fields", rootFieldsOf(document), ROOT_FIELDS_MAX],
    ["levels of fields", depth, DEPTH_MAX],
    ["levels of introspection", introspection_depth, INTROSPECTION_DEPTH_MAX],
  ];
  const broken = bounds.find(([, count, limit]) => count > limit);
  if (!broken) return null;
  const [what, count, limit] = broken;
  return refusal(`The document has ${count} ${what}, more than ${limit}`, { expected: `at most ${limit} ${what}`, limit, actual: count });
}

interface Shape {
  aliases: number;
  directives: number;
  fragments: number;
  operations: number;
  /** An alias multiplies what a schema's answer repeats at every level, and no tool uses one there. */
  introspection_alias: ASTNode | null;
}

function countShape(document: DocumentNode): Shape {
  const shape: Shape = { aliases: 0, directives: 0, fragments: 0, operations: 0, introspection_alias: null };
  let introspecting = 0;
  visit(document, {
    enter(node) {
      if (isIntrospection(node)) introspecting += 1;
      if (node.kind === Kind.DIRECTIVE) shape.directives += 1;
      if (node.kind === Kind.FRAGMENT_DEFINITION) shape.fragments += 1;
      if (node.kind === Kind.OPERATION_DEFINITION) shape.operations += 1;
      if (node.kind === Kind.FIELD && node.alias) {
        shape.aliases += 1;
        if (node.name.value === "__schema" || (introspecting > 0 && node.name.value !== "__type")) shape.introspection_alias ??= node;
      }
    },
    leave(node) {
      if (isIntrospection(node)) introspecting -= 1;
    },
  });
  return shape;
}

/** What is below it belongs to the schema's description of itself. */
function isIntrospection(node: ASTNode): boolean {
  if (node.kind === Kind.FIELD) return node.name.value === "__schema" || node.name.value === "__type";
  return (node.kind === Kind.FRAGMENT_DEFINITION || node.kind === Kind.INLINE_FRAGMENT) && (node.typeCondition?.name.value.startsWith("__") ?? false);
}
