import { Kind, type DocumentNode, type SelectionSetNode } from "graphql";
import type { Document } from "../../domain/documents.ts";

/**
 * The key of a request for each change in it: itself where the document makes one change, else with the change's response key, so that no two changes share one.
 */
export function idempotencyKeys(
  parsed: DocumentNode,
  { idempotency_key, kind, operation_name }: Document,
): (response_key: string) => string | undefined {
  if (idempotency_key === undefined || kind !== "mutation") return () => undefined;
  const operation = parsed.definitions.find(
    (definition) => definition.kind === Kind.OPERATION_DEFINITION && (operation_name === null || definition.name?.value === operation_name),
  );
  const keys = new Set<string>();
  if (operation?.kind === Kind.OPERATION_DEFINITION) collectKeys(operation.selectionSet, parsed, keys, new Set());
  return (response_key) => (keys.size === 1 ? idempotency_key : `${idempotency_key}/${response_key}`);
}

/** Response keys of the fields at the root, those in fragments too: each once, however often it is spread. */
function collectKeys(selections: SelectionSetNode, parsed: DocumentNode, keys: Set<string>, spread: Set<string>): void {
  for (const selection of selections.selections) {
    if (selection.kind === Kind.FIELD) {
      if (selection.name.value !== "__typename") keys.add((selection.alias ?? selection.name).value);
    } else if (selection.kind === Kind.INLINE_FRAGMENT) collectKeys(selection.selectionSet, parsed, keys, spread);
    else if (!spread.has(selection.name.value)) {
      spread.add(selection.name.value);
      const fragment = parsed.definitions.find(
        (definition) => definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === selection.name.value,
      );
      if (fragment?.kind === Kind.FRAGMENT_DEFINITION) collectKeys(fragment.selectionSet, parsed, keys, spread);
    }
  }
}
