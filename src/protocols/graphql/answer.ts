import { Kind, type FieldNode, type GraphQLResolveInfo, type SelectionSetNode } from "graphql";
import type { AnswerRoom } from "../../domain/documents.ts";
import { isIncluded } from "./limits/weight.ts";

/** What a resolver is told of the place that it resolves, as far as it matters here. */
export type Place = Pick<GraphQLResolveInfo, "fieldNodes" | "fragments" | "variableValues">;

/**
 * An answer while it is built. How long lists are is known only now, so each takes its items and their fields from the room before they are resolved: what would not fit is not
 * built to find that out.
 */
export class Answer {
  /** Fields that each item of a list brings, by what is selected of it. */
  private readonly fields = new Map<SelectionSetNode, number>();

  constructor(private readonly room: AnswerRoom) {}

  /** Nothing goes in any more: the answer is an error, and nothing needs to be looked up for it. */
  get full(): boolean {
    return this.room.values <= 0 || this.room.characters <= 0;
  }

  get characters_left(): number {
    return this.room.characters;
  }

  /** Makes room for a list; where there is not enough, the answer is full. */
  takeList(length: number, place: Place): boolean {
    const each = place.fieldNodes.reduce((sum, node) => sum + this.fieldsOf(node, place), 0);
    this.room.values -= length * (1 + each);
    return !this.full;
  }

  /** Takes what was written. */
  takeCharacters(count: number): void {
    this.room.characters -= count;
  }

  private fieldsOf({ selectionSet }: FieldNode, place: Place): number {
    return selectionSet ? this.count(selectionSet, place) : 0;
  }

  /** Each fragment is counted once, however often it is spread. */
  private count(set: SelectionSetNode, place: Place): number {
    const known = this.fields.get(set);
    if (known !== undefined) return known;
    let count = 0;
    for (const selection of set.selections) {
      if (!isIncluded(selection, place.variableValues.coerced)) continue;
      if (selection.kind === Kind.FIELD) count += 1 + this.fieldsOf(selection, place);
      else {
        const inner = selection.kind === Kind.FRAGMENT_SPREAD ? place.fragments[selection.name.value] : selection;
        if (inner) count += this.count(inner.selectionSet, place);
      }
    }
    this.fields.set(set, count);
    return count;
  }
}
