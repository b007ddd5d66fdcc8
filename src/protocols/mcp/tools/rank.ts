import type { AnyOperation } from "../../../domain/operation.ts";
import { familyOf } from "../operations_in_view.ts";
import { inputSchemaOf } from "./input_schema.ts";

/** How much a word tells by where it stands. */
const WEIGHTS = { name: 4, summary: 3, description: 1, fields: 0.5 } as const;
/** BM25's usual constants: how fast more of a word stops to count, and how much a long text counts less. */
const K = 1.2;
const B = 0.6;
const STEM_LENGTH_MIN = 4;
const WORDS_MAX = 40;

/** What people call things that we call otherwise. */
const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  add: ["create", "invite"],
  colleague: ["member", "invitation"],
  customer: ["visitor", "interaction"],
  disable: ["revoke", "update"],
  drop: ["delete"],
  gdpr: ["erase", "privacy"],
  history: ["audit", "events"],
  import: ["batch", "ingest"],
  log: ["audit", "events"],
  modify: ["update"],
  new: ["create"],
  person: ["member", "visitor"],
  quota: ["limits", "usage"],
  remove: ["delete", "revoke"],
  sales: ["revenue", "orders"],
  team: ["members"],
  token: ["key"],
  track: ["interactions", "ingest"],
  upload: ["batch", "ingest"],
  user: ["member", "visitor"],
};

interface Indexed {
  operation: AnyOperation;
  /** Weighted occurrences of each stem. */
  stems: ReadonlyMap<string, number>;
  length: number;
}

const index = new Map<string, Indexed>();

/** The operations that a query in words is about, best first (BM25 over name, summary, description and fields); those that share no word with it are not among them. */
export function rankOperations(query: string, operations: readonly AnyOperation[]): AnyOperation[] {
  const documents = operations.map(indexed);
  const average = documents.reduce((sum, { length }) => sum + length, 0) / Math.max(1, documents.length);
  const wanted = wantedStems(query);
  const scores = documents.map(({ operation, stems, length }) => {
    let score = 0;
    for (const [stem, weight] of wanted) {
      const occurrences = stems.get(stem) ?? 0;
      if (occurrences === 0) continue;
      const having = documents.filter((document) => document.stems.has(stem)).length;
      const rarity = Math.log(1 + (documents.length - having + 0.5) / (having + 0.5));
      score += (weight * rarity * occurrences * (K + 1)) / (occurrences + K * (1 - B + (B * length) / average));
    }
    return { operation, score };
  });
  return scores
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .map(({ operation }) => operation);
}

/** Stems of the query; what people's words stand for counts half. */
function wantedStems(query: string): Map<string, number> {
  const wanted = new Map<string, number>();
  const note = (word: string, weight: number): void => {
    const stem = stemOf(word);
    wanted.set(stem, Math.max(weight, wanted.get(stem) ?? 0));
  };
  for (const word of wordsOf(query).slice(0, WORDS_MAX)) {
    note(word, 1);
    for (const synonym of SYNONYMS[word] ?? SYNONYMS[stemOf(word)] ?? []) note(synonym, 0.5);
  }
  return wanted;
}

function indexed(operation: AnyOperation): Indexed {
  const known = index.get(operation.name);
  if (known) return known;
  const stems = new Map<string, number>();
  let length = 0;
  const { name, summary, description = "", mcp } = operation;
  const parts: [keyof typeof WEIGHTS, string][] = [
    ["name", `${name} ${familyOf(operation)}`],
    ["summary", summary],
    ["description", `${description} ${mcp?.description ?? ""}`],
    ["fields", Object.keys(inputSchemaOf(operation).properties ?? {}).join(" ")],
  ];
  for (const [part, text] of parts) {
    for (const word of wordsOf(text)) {
      stems.set(stemOf(word), (stems.get(stemOf(word)) ?? 0) + WEIGHTS[part]);
      length += WEIGHTS[part];
    }
  }
  const made = { operation, stems, length };
  index.set(operation.name, made);
  return made;
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
}

/** A word without the endings of number and tense, as far as two forms of one word come to the same. */
function stemOf(word: string): string {
  const stem = word.replace(/(?:ies|y)$/, "i").replace(/(?:ing|ed|es|s|e)$/, "");
  return stem.length >= STEM_LENGTH_MIN || stem === word ? stem : word.replace(/s$/, "");
}
