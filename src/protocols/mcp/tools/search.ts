import { invalid } from "../../../domain/errors.ts";
import type { McpView } from "../../../domain/mcp/command.ts";
import type { McpExecution, McpPrepared } from "../../../domain/mcp/executor.ts";
import type { Principal } from "../../../domain/principal.ts";
import type { Scope } from "../../../domain/scopes.ts";
import { resultMeta } from "../meta.ts";
import { familyOf, isShown, runnableOperations, type OrganizationOperation } from "../operations_in_view.ts";
import { missingScope } from "../protocol_errors.ts";
import { findOperations, findPrompts, findResources } from "./find.ts";
import { inputSchemaOf } from "./input_schema.ts";
import { EXECUTE_TOOL, READ_TOOL, SEARCH_TOOL, shownName, toolNameOf } from "./names.ts";
import { needsConfirmation } from "./needs_confirmation.ts";
import type { Fields } from "./render/shapes.ts";
import { descriptionOf, type Tool } from "./tool.ts";
import { takesVersion } from "./version.ts";

const SEARCH_COST = 1;
const FOUND_DEFAULT = 5;
const FOUND_MAX = 10;
const QUERY_LENGTH_MAX = 500;
/** Schemas are long: the best have theirs, the others are asked for by name. */
const SCHEMAS_MAX = 2;
const RESOURCES_MAX = 2;
const PROMPTS_MAX = 1;

/** `search_operations` as it is listed. */
export const SEARCH_TOOL_SHOWN: Tool = {
  name: SEARCH_TOOL,
  title: "Find an operation",
  description:
    "Finds operations that have no tool of their own (webhooks, API keys, members, audit log, batch updates, more insights …), by what they do or by name, with the input of the best two; and reports and prompts about it.",
  inputSchema: {
    type: "object",
    properties: {
      query: { type: "string", description: "What you want to do, in a few words, or an operation's name" },
      limit: { type: "integer", default: FOUND_DEFAULT, description: `1 to ${FOUND_MAX}` },
    },
    required: ["query"],
    additionalProperties: false,
  },
  outputSchema: { type: "object", properties: { operations: { type: "array", items: { type: "object" } }, total: { type: "integer" } } },
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
};

/** `search_operations`: what the credential can run there and how, best first. Throws OperationError for arguments that are not acceptable. */
export function prepareSearch(given: Fields, { view }: McpExecution): McpPrepared {
  const { query, limit = FOUND_DEFAULT, ...unknown } = given;
  const [name] = Object.keys(unknown);
  if (name !== undefined) throw invalid(shownName(name), "query and limit alone", "Unknown argument");
  if (typeof query !== "string" || query.length > QUERY_LENGTH_MAX) throw invalid("query", `a few words, at most ${QUERY_LENGTH_MAX} characters`);
  if (!Number.isSafeInteger(limit) || (limit as number) < 1 || (limit as number) > FOUND_MAX)
    throw invalid("limit", `an integer from 1 to ${FOUND_MAX}`);
  return {
    cost: SEARCH_COST,
    writes: false,
    operations: [],
    run(host) {
      const runnable = runnableOperations(view, host.principal);
      const ranked = findOperations(query, runnable);
      const operations = withSchemas(ranked.slice(0, limit as number), view);
      const documents = findDocuments(query, host.principal);
      const nothing = operations.length + documents.resources.length + documents.prompts.length === 0;
      const text = nothing ? nothingText(runnable) : foundText(operations, ranked.length, documents);
      return {
        kind: "result",
        result: {
          content: [{ type: "text", text }],
          structuredContent: { operations, total: ranked.length, ...documents },
          _meta: resultMeta(host),
        },
      };
    },
  };
}

interface Found {
  operation: string;
  title: string;
  /** Null where it runs by execute_operation. */
  tool: string | null;
  effect: string;
  scope: string;
  cost: number;
  needs_confirmation: boolean;
  takes_expected_version: boolean;
  /** Of the best that have no tool of their own. */
  description?: string;
  input_schema?: unknown;
}

function withSchemas(operations: readonly OrganizationOperation[], view: McpView): Found[] {
  const detailed = new Set(operations.filter((operation) => !isShown(operation, view)).slice(0, SCHEMAS_MAX));
  return operations.map((operation) => {
    const { name, summary, effect, scope, cost } = operation;
    return {
      operation: name,
      title: summary,
      tool: isShown(operation, view) ? toolNameOf(operation) : null,
      effect,
      scope,
      cost,
      needs_confirmation: needsConfirmation(operation),
      takes_expected_version: takesVersion(operation),
      ...(detailed.has(operation) ? { description: descriptionOf(operation), input_schema: inputSchemaOf(operation) } : {}),
    };
  });
}

interface Documents {
  resources: { uri: string; title: string }[];
  prompts: { name: string; title: string }[];
}

/** What the credential may read about it. */
function findDocuments(query: string, principal: Principal): Documents {
  const readable = ({ scopes }: { scopes: readonly Scope[] }): boolean => missingScope(principal, scopes) === undefined;
  return {
    resources: findResources(query)
      .filter(readable)
      .slice(0, RESOURCES_MAX)
      .map(({ uri, title }) => ({ uri, title })),
    prompts: findPrompts(query)
      .filter(readable)
      .slice(0, PROMPTS_MAX)
      .map(({ name, title }) => ({ name, title })),
  };
}

function foundText(found: readonly Found[], total: number, { resources, prompts }: Documents): string {
  const detailed = found.filter(({ input_schema }) => input_schema !== undefined).map(detailedText);
  const others = found.filter(({ input_schema }) => input_schema === undefined).map(briefText);
  const documents = [
    ...resources.map(({ uri, title }) => `- ${title}: read ${uri} (${READ_TOOL})`),
    ...prompts.map(({ name, title }) => `- ${title}: the prompt ${name}, which a person starts`),
  ];
  return [
    ...detailed,
    ...(detailed.length > 0 ? [`Run one with ${EXECUTE_TOOL} {"operation": …, "input": {…}}.`] : []),
    ...(others.length > 0 ? [others.join("\n")] : []),
    ...(documents.length > 0 ? [documents.join("\n")] : []),
    ...(total > found.length ? [`${total - found.length} more match less well: search with other words.`] : []),
  ].join("\n\n");
}

function detailedText({ operation, title, description = "", input_schema, ...found }: Found): string {
  const notes = [found.effect, `scope ${found.scope}`, `cost ${found.cost}`];
  if (found.needs_confirmation) notes.push("a person confirms it");
  if (found.takes_expected_version) notes.push("takes expected_version");
  const about = description.startsWith(title) ? description : `${title}. ${description}`;
  return `**${operation}** (${notes.join(", ")})\n${about}\ninput: ${JSON.stringify(input_schema)}`;
}

function briefText({ operation, title, tool }: Found): string {
  return `- ${operation}: ${title}. ${tool === null ? `Search "${operation}" for its input.` : `It has its own tool, ${tool}.`}`;
}

function nothingText(runnable: readonly OrganizationOperation[]): string {
  const families = Map.groupBy(runnable, familyOf);
  const lines = [...families].map(([family, operations]) => `- ${family}: ${operations.map(({ name }) => name.slice(family.length + 1)).join(", ")}`);
  return [`Nothing matches. What this credential can run here, by family (names are family.verb):`, ...lines].join("\n");
}
