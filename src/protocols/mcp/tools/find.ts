import type { AnyOperation } from "../../../domain/operation.ts";
import { familyOf, type OrganizationOperation } from "../operations_in_view.ts";
import type { McpPrompt } from "../prompts/prompt.ts";
import { PROMPTS } from "../prompts/registry.ts";
import { RESOURCES } from "../resources/registry.ts";
import type { McpResource } from "../resources/resource.ts";
import { inputSchemaOf } from "./input_schema.ts";
import { operationNamed } from "./names.ts";
import { indexOf, rank, type Indexed } from "./rank.ts";
import { isVerb, termsOf } from "./words.ts";

/** Who names a thing alone wants to see what there is, or to make one. */
const FIRST_VERBS = /\.(?:list|create)$/;
const FIRST_VERBS_FACTOR = 1.2;

const operations = new Map<string, Indexed<AnyOperation>>();

/** The operations of these that a query is about, best first: by words, or by its own name. */
export function findOperations<Each extends OrganizationOperation>(query: string, among: readonly Each[]): Each[] {
  const scored = rank(query, among.map(indexed) as Indexed<Each>[]);
  const says_what = termsOf(query).some(isVerb);
  const ranked = scored
    .map(({ thing, score }) => ({ thing, score: !says_what && FIRST_VERBS.test(thing.name) ? score * FIRST_VERBS_FACTOR : score }))
    .toSorted((a, b) => b.score - a.score)
    .map(({ thing }) => thing);
  const named = operationNamed(query.trim());
  const exact = among.find((operation) => operation === named);
  return exact ? [exact, ...ranked.filter((operation) => operation !== exact)] : ranked;
}

function indexed(operation: AnyOperation): Indexed<AnyOperation> {
  const { name, summary, description = "", mcp } = operation;
  const known = operations.get(name);
  if (known) return known;
  const made = indexOf(operation, {
    family: familyOf(operation),
    name: name.slice(familyOf(operation).length),
    summary,
    description: `${description} ${mcp?.description ?? ""}`,
    fields: Object.keys(inputSchemaOf(operation).properties ?? {}).join(" "),
  });
  operations.set(name, made);
  return made;
}

const RESOURCES_INDEXED: readonly Indexed<McpResource>[] = RESOURCES.map((resource) =>
  indexOf(resource, { family: "", name: resource.name, summary: resource.title, description: resource.description, fields: resource.uri }),
);
const PROMPTS_INDEXED: readonly Indexed<McpPrompt>[] = PROMPTS.map((prompt) =>
  indexOf(prompt, { family: "", name: prompt.name, summary: prompt.title, description: prompt.description, fields: "" }),
);

export function findResources(query: string): McpResource[] {
  return rank(query, RESOURCES_INDEXED).map(({ thing }) => thing);
}

export function findPrompts(query: string): McpPrompt[] {
  return rank(query, PROMPTS_INDEXED).map(({ thing }) => thing);
}
