import { createHash } from "node:crypto";
import { Kind, parse, print, visit, type DocumentNode, type FieldNode, type SelectionSetNode, type VariableNode } from "graphql";
import type { Document } from "../../../domain/documents.ts";

/** Where in the log a subscription begins; nothing else of its answers depends on it. */
const PLACE_ARGUMENT = "after";

/**
 * The same for subscriptions that get the same answers once they are live, so that a thousand clients that came back from a thousand places are told together: a hash of the
 * document without its `after`, in one spelling, and of the variables that it then still uses.
 */
export function identityOf({ query, operation_name, variables }: Document): string {
  const document = withoutPlace(parse(query));
  const used = new Set<string>();
  visit(document, { Variable: { enter: ({ name }: VariableNode, key) => void (key !== "variable" && used.add(name.value)) } });
  const spelling = print(visit(document, { VariableDefinition: { enter: ({ variable }) => (used.has(variable.name.value) ? undefined : null) } }));
  const values = Object.entries(variables)
    .filter(([name]) => used.has(name))
    .toSorted(([left], [right]) => (left < right ? -1 : 1));
  return createHash("sha256")
    .update(JSON.stringify([spelling, operation_name, values]))
    .digest("hex");
}

/** The fields at the root of a subscription, those in fragments too, lose the argument. */
function withoutPlace(document: DocumentNode): DocumentNode {
  const roots = new Set<FieldNode>();
  const fragments = new Map(document.definitions.flatMap((each) => (each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each]] : [])));
  const collect = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) roots.add(selection);
      else if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet);
      else {
        const fragment = fragments.get(selection.name.value);
        // Once is enough, whatever spreads it again.
        fragments.delete(selection.name.value);
        if (fragment) collect(fragment.selectionSet);
      }
    }
  };
  for (const definition of document.definitions) if (definition.kind === Kind.OPERATION_DEFINITION) collect(definition.selectionSet);
  return visit(document, {
    Field: {
      enter: (field) =>
        roots.has(field) ? { ...field, arguments: field.arguments?.filter(({ name }) => name.value !== PLACE_ARGUMENT) } : undefined,
    },
  });
}
