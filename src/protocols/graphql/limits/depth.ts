import { Kind, type DocumentNode, type SelectionSetNode } from "graphql";
import { perFragment } from "./fragments.ts";

export interface Depths {
  /** Levels of fields below each other, in the deepest place. What lies below `__schema` and `__type` counts apart. */
  depth: number;
  introspection_depth: number;
}

/** How deeply a document's fields nest, fragments expanded. */
export function depthsOf(document: DocumentNode): Depths {
  let introspection_depth = 0;
  const ofFragment = perFragment(document, 0, ({ selectionSet }) => levels(selectionSet));
  function levels(selectionSet: SelectionSetNode): number {
    let deepest = 0;
    for (const selection of selectionSet.selections) {
      let depth: number;
      if (selection.kind === Kind.FRAGMENT_SPREAD) depth = ofFragment(selection.name.value);
      else if (selection.kind === Kind.INLINE_FRAGMENT) depth = levels(selection.selectionSet);
      else {
        depth = selection.selectionSet ? levels(selection.selectionSet) + 1 : 1;
        if (selection.name.value === "__schema" || selection.name.value === "__type") {
          introspection_depth = Math.max(introspection_depth, depth);
          depth = 1;
        }
      }
      deepest = Math.max(deepest, depth);
    }
    return deepest;
  }
  let depth = 0;
  for (const definition of document.definitions) {
    // A type's description has fragments of its own, which nest as its fields do.
    if (definition.kind === Kind.OPERATION_DEFINITION) depth = Math.max(depth, levels(definition.selectionSet));
  }
  return { depth, introspection_depth };
}
