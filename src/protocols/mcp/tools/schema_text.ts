const SAYS_NOTHING = new Set(["a", "an", "and", "exact", "name", "of", "or", "the"]);

/** A field's description without what its name and its values say already; undefined where nothing is left. */
export function briefText(description: string, name: string, values: readonly unknown[]): string | undefined {
  const text = withoutList(description, values.map(String));
  const said = new Set([...wordsOf(name), ...values.flatMap((value) => wordsOf(String(value))), ...SAYS_NOTHING]);
  return wordsOf(text).every((word) => said.has(word)) ? undefined : text;
}

/** `One of: a, b. Default a` → `Default a`; `Largest first by one of: a, b. Default a` → `Largest first. Default a`. */
function withoutList(text: string, values: readonly string[]): string {
  if (values.length < 2) return text;
  const start = text.indexOf(values.join(", "));
  if (start < 0) return text;
  const before = text.slice(0, start).replace(/(?:,? (?:by one of|any of them left out)|,? ?one of):\s*$/i, "");
  const after = text.slice(start + values.join(", ").length);
  return `${before}${after}`.replace(/^[\s.,;]+/, "");
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[a-z]+/g) ?? [];
}
