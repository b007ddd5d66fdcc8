import { Kind, type DocumentNode, type FragmentDefinitionNode } from "graphql";

/** A document's fragments by name. */
export function fragmentsOf(document: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  return new Map(
    document.definitions.flatMap((definition) => (definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [])),
  );
}

/**
 * A figure of each fragment, worked out once however often it is spread: what spreads call for, nothing else, grows with the document. A fragment within itself counts
 * nothing there: validation refuses it.
 */
export function perFragment<Figure>(
  document: DocumentNode,
  nothing: Figure,
  work: (fragment: FragmentDefinitionNode) => Figure,
): (name: string) => Figure {
  const fragments = fragmentsOf(document);
  const known = new Map<string, Figure>();
  return (name) => {
    const figure = known.get(name);
    if (figure !== undefined) return figure;
    const fragment = fragments.get(name);
    if (!fragment) return nothing;
    known.set(name, nothing);
    const worked = work(fragment);
    known.set(name, worked);
    return worked;
  };
}
