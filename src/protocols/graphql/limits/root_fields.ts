import { Kind, type DocumentNode, type SelectionSetNode } from "graphql";
import { perFragment } from "./fragments.ts";

/** How many fields the document's operation with the most asks of its root, fragments expanded. */
export function rootFieldsOf(document: DocumentNode): number {
  const ofFragment = perFragment(document, 0, ({ selectionSet }) => fields(selectionSet));
  function fields(selectionSet: SelectionSetNode): number {
    let count = 0;
    for (const selection of selectionSet.selections) {
      if (selection.kind === Kind.FIELD) count += 1;
      else count += selection.kind === Kind.FRAGMENT_SPREAD ? ofFragment(selection.name.value) : fields(selection.selectionSet);
    }
    return count;
  }
  return Math.max(
    0,
    ...document.definitions.map((definition) => (definition.kind === Kind.OPERATION_DEFINITION ? fields(definition.selectionSet) : 0)),
  );
}
