import { Kind, type DocumentNode, type SelectionSetNode } from "graphql";
import { fragmentsOf } from "./fragments.ts";
import { INTROSPECTION_DEPTH_MAX } from "./shape.ts";

/** Pairs of fields with one response name in one place: validation compares the fields of each, and all that is below them. */
export const PAIRS_MAX = 20_000;
/** Selections that are looked at to count those; no document of the sizes that are allowed and without repetition comes near. */
const SELECTIONS_MAX = 100_000;

/** Whether a document asks for the same fields so often that validating it takes long. Fragments that nothing spreads are validated too. */
export function isTooRepetitive(document: DocumentNode): boolean {
  const fragments = fragmentsOf(document);
  const reached = new Set<string>();
  let [pairs, looked_at] = [0, 0];
  /** Selection sets that are merged, since they are of fields with one response name. Deeper than documents may nest only a fragment within itself goes. */
  const compare = (sets: readonly SelectionSetNode[], level = 1): void => {
    const named = new Map<string, { count: number; below: SelectionSetNode[] }>();
    const spread = new Set<string>();
    const collect = ({ selections }: SelectionSetNode): void => {
      for (const selection of selections) {
        looked_at += 1;
        if (selection.kind === Kind.FIELD) {
          const name = (selection.alias ?? selection.name).value;
          let fields = named.get(name);
          if (!fields) named.set(name, (fields = { count: 0, below: [] }));
          pairs += fields.count;
          fields.count += 1;
          if (selection.selectionSet) fields.below.push(selection.selectionSet);
        } else if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet);
        else if (!spread.has(selection.name.value)) {
          spread.add(selection.name.value);
          reached.add(selection.name.value);
          const fragment = fragments.get(selection.name.value);
          if (fragment) collect(fragment.selectionSet);
        }
      }
    };
    for (const set of sets) if (!isOver()) collect(set);
    for (const { below } of named.values()) if (below.length > 0 && level < INTROSPECTION_DEPTH_MAX && !isOver()) compare(below, level + 1);
  };
  const isOver = (): boolean => pairs > PAIRS_MAX || looked_at > SELECTIONS_MAX;
  for (const definition of document.definitions) if (definition.kind === Kind.OPERATION_DEFINITION && !isOver()) compare([definition.selectionSet]);
  for (const [name, fragment] of fragments) if (!reached.has(name) && !isOver()) compare([fragment.selectionSet]);
  return isOver();
}
