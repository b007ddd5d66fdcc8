import { isVerb, termsOf } from "./words.ts";

/** How much a word tells by where it stands: what a thing is tells more than what is done with it. */
const WEIGHTS = { family: 6, name: 3, summary: 3, description: 1, fields: 0.5 } as const;
/** In a query a verb tells less than a thing: everything can be listed. */
const VERB_WEIGHT = 0.5;
const SYNONYM_WEIGHT = 0.7;
/** BM25's constants: how fast more of a word stops to count, and how much a long text counts less. */
const K = 4;
const B = 0.3;
const TERMS_MAX = 40;

/** What people call things that we call otherwise. */
const SYNONYMS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    bulk: "batch many",
    callback: "webhook",
    changed: "audit",
    colleague: "member invitation",
    customer: "person visitor interactions",
    disable: "revoke update",
    endpoint: "webhook",
    gdpr: "erase person",
    history: "audit events",
    import: "batch ingest",
    invite: "invitations",
    left: "remains usage limits",
    log: "audit",
    notify: "webhook",
    person: "member visitor",
    price: "products",
    quota: "limits usage",
    remaining: "remains usage limits",
    request: "usage limits",
    sales: "revenue orders",
    team: "members",
    token: "key",
    track: "interactions ingest",
    upload: "batch ingest",
    url: "webhook",
    user: "member visitor",
  }).flatMap(([words, meant]) => termsOf(words).map((word) => [word, meant])),
);

/** Something to be found, in words. */
export interface Findable {
  /** What belongs together has one. */
  family: string;
  name: string;
  summary: string;
  description: string;
  fields: string;
}

/** A findable whose terms were counted. */
export interface Indexed<Thing> {
  thing: Thing;
  /** Weighted occurrences of each term. */
  terms: ReadonlyMap<string, number>;
  length: number;
}

export function indexOf<Thing>(thing: Thing, findable: Findable): Indexed<Thing> {
  const terms = new Map<string, number>();
  let length = 0;
  for (const part of Object.keys(WEIGHTS) as (keyof typeof WEIGHTS)[]) {
    for (const term of termsOf(findable[part])) {
      const before = terms.get(term) ?? 0;
      // A deed is not done the more the more often it is named.
      terms.set(term, isVerb(term) ? Math.max(before, WEIGHTS[part]) : before + WEIGHTS[part]);
      length += WEIGHTS[part];
    }
  }
  return { thing, terms, length };
}

/** The things that a query in words is about, best first (BM25); those that share no word with it are not among them. */
export function rank<Thing>(query: string, things: readonly Indexed<Thing>[]): { thing: Thing; score: number }[] {
  const average = things.reduce((sum, { length }) => sum + length, 0) / Math.max(1, things.length);
  const wanted = [...wantedTerms(query)].map(([term, weight]) => {
    const having = things.filter(({ terms }) => terms.has(term)).length;
    return { term, weight: weight * Math.log(1 + (things.length - having + 0.5) / (having + 0.5)) };
  });
  return things
    .map(({ thing, terms, length }) => {
      const parts = wanted.map(({ term, weight }) => {
        const occurrences = terms.get(term) ?? 0;
        return (weight * occurrences * (K + 1)) / (occurrences + K * (1 - B + (B * length) / average));
      });
      return { thing, score: parts.reduce((sum, part) => sum + part, 0) };
    })
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score);
}

/** Terms of the query; what people's words stand for counts less. */
function wantedTerms(query: string): Map<string, number> {
  const wanted = new Map<string, number>();
  const note = (term: string, weight: number): void =>
    void wanted.set(term, Math.max(weight * (isVerb(term) ? VERB_WEIGHT : 1), wanted.get(term) ?? 0));
  for (const term of termsOf(query).slice(0, TERMS_MAX)) {
    note(term, 1);
    for (const synonym of termsOf(SYNONYMS.get(term) ?? "")) note(synonym, SYNONYM_WEIGHT);
  }
  return wanted;
}
