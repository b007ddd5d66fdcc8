import { invalid } from "../../../domain/errors.ts";
import type { McpExecution, McpPrepared } from "../../../domain/mcp/executor.ts";
import type { AnyOperation } from "../../../domain/operation.ts";
import { familyOf } from "../operations_in_view.ts";
import { resultMeta } from "../meta.ts";
import { descriptionOf, runnableOperations } from "./catalog.ts";
import { inputSchemaOf } from "./input_schema.ts";
import { needsConfirmation } from "./needs_confirmation.ts";
import { rankOperations } from "./rank.ts";
import type { Fields } from "./render/shapes.ts";
import { takesVersion } from "./version.ts";

const SEARCH_COST = 1;
const FOUND_DEFAULT = 5;
const FOUND_MAX = 10;
const QUERY_LENGTH_MAX = 500;
/** Characters of all that is found: schemas are long. */
const FOUND_LENGTH_MAX = 16_000;

/** `search_operations`: what the credential can run there and how, best first. Throws OperationError for arguments that are not acceptable. */
export function prepareSearch(given: Fields, { view }: McpExecution): McpPrepared {
  const { query, limit = FOUND_DEFAULT, ...unknown } = given;
  const [name] = Object.keys(unknown);
  if (name !== undefined) throw invalid(name.slice(0, 100), "query and limit alone", "Unknown argument");
  if (typeof query !== "string" || query.length > QUERY_LENGTH_MAX) throw invalid("query", `a few words, at most ${QUERY_LENGTH_MAX} characters`);
  if (!Number.isSafeInteger(limit) || (limit as number) < 1 || (limit as number) > FOUND_MAX)
    throw invalid("limit", `an integer from 1 to ${FOUND_MAX}`);
  return {
    cost: SEARCH_COST,
    writes: false,
    operations: [],
    run(host) {
      const runnable = runnableOperations(view, host.principal);
      const ranked = rankOperations(query, runnable);
      const found = fitting(ranked.slice(0, limit as number).map(describe));
      const text = found.length > 0 ? foundText(found, ranked.length) : nothingText(runnable);
      return {
        kind: "result",
        result: { content: [{ type: "text", text }], structuredContent: { operations: found, total: ranked.length }, _meta: resultMeta(host) },
      };
    },
  };
}

interface Found {
  operation: string;
  title: string;
  description: string;
  effect: string;
  scope: string;
  cost: number;
  needs_confirmation: boolean;
  takes_expected_version: boolean;
  input_schema: unknown;
}

function describe(operation: AnyOperation): Found {
  const { name, summary, effect, scope, cost } = operation;
  return {
    operation: name,
    title: summary,
    description: descriptionOf(operation),
    effect,
    scope,
    cost,
    needs_confirmation: needsConfirmation(operation),
    takes_expected_version: takesVersion(operation),
    input_schema: inputSchemaOf(operation),
  };
}

/** The first is always there. */
function fitting(all: readonly Found[]): Found[] {
  let length = 0;
  return all.filter((found, index) => {
    length += JSON.stringify(found).length;
    return index === 0 || length <= FOUND_LENGTH_MAX;
  });
}

function foundText(found: readonly Found[], total: number): string {
  const texts = found.map((each) => {
    const notes = [each.effect, `scope ${each.scope}`, `cost ${each.cost}`];
    if (each.needs_confirmation) notes.push("a person confirms it");
    if (each.takes_expected_version) notes.push("takes expected_version");
    return `**${each.operation}** (${notes.join(", ")})\n${each.description.startsWith(each.title) ? each.description : `${each.title}. ${each.description}`}\ninput: ${JSON.stringify(each.input_schema)}`;
  });
  const more = total > found.length ? [`${total - found.length} more match less well: search with other words.`] : [];
  return [...texts, 'Run one with execute_operation {"operation": …, "input": {…}}.', ...more].join("\n\n");
}

function nothingText(runnable: readonly AnyOperation[]): string {
  const families = Map.groupBy(runnable, familyOf);
  const lines = [...families].map(([family, operations]) => `- ${family}: ${operations.map(({ name }) => name.slice(family.length + 1)).join(", ")}`);
  return [`Nothing matches. What this credential can run here, by family (names are family.verb):`, ...lines].join("\n");
}
