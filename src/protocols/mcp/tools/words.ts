const STEM_LENGTH_MIN = 4;

/** Words that say nothing of what is wanted. */
const STOP_WORDS = new Set(
  "a about all am an and any are as at be by can could data do does for from had has have how i if in is it its many me most much my of on or our please somebody someone that the their them there these they this those to us want was we were what when where will with would you your".split(
    " ",
  ),
);

/** What one does with things, in whatever words: each stands for the first. */
const VERBS: ReadonlyMap<string, string> = new Map(
  [
    "create add make new register send",
    "list display see show who",
    "update change edit modify rename set",
    "delete drop erase remove revoke",
  ].flatMap((line) => {
    const [verb, ...others] = line.split(" ") as [string, ...string[]];
    return [verb, ...others].map((word) => [word, verb] as const);
  }),
);

/** Words of a text that tell something, as far as two forms of one word, and two words for one deed, come to the same. */
export function termsOf(text: string): string[] {
  const words = text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return words.filter((word) => !STOP_WORDS.has(word)).map((word) => VERBS.get(word) ?? stemOf(word));
}

/** Whether a term says what to do, not with what. */
export function isVerb(term: string): boolean {
  return VERBS.get(term) === term;
}

/** A word without the endings of number and tense. */
function stemOf(word: string): string {
  const stem = word.replace(/(?:ies|y)$/, "i").replace(/(?:ing|ed|es|s|e)$/, "");
  return stem.length >= STEM_LENGTH_MIN || stem === word ? stem : word.replace(/s$/, "");
}
