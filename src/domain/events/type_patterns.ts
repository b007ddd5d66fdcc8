import * as z from "zod";

/** A choice of event types. */
export interface TypeChoice {
  types: readonly string[];
  /** What one kind of interaction is got by, which no type stands for. */
  of_interactions: string;
}

/** Some of these types: exact, a family's (`product.*`), or all (`*`). What none of them could ever match is refused, with what there is. */
export function typePatterns({ types, of_interactions }: TypeChoice) {
  const families = [...byFamily(types).keys()].map((family) => `${family}.*`);
  const patterns: ReadonlySet<string> = new Set(["*", ...families, ...types]);
  const pattern = z
    .string()
    .max(100)
    .refine((text) => patterns.has(text), {
      error: ({ input }) => (String(input).startsWith("interaction") ? of_interactions : `one of: ${[...patterns].join(", ")}`),
    });
  return z.array(pattern).min(1).max(30);
}

/** What the types are, for people and models. */
export function describeTypes({ types, of_interactions }: TypeChoice): string {
  const families = [...byFamily(types)].map(([family, verbs]) => `${family}.${verbs.join(", .")}`).join("; ");
  return `Event types, \`product.*\` for all of a family, \`*\` for all. Types: ${families}. No type stands for one kind of interaction: take ${of_interactions}`;
}

/** product → created, updated, deleted. */
function byFamily(types: readonly string[]): Map<string, string[]> {
  const families = new Map<string, string[]>();
  for (const type of types) {
    const [family, verb] = type.split(".") as [string, string];
    families.set(family, [...(families.get(family) ?? []), verb]);
  }
  return families;
}
