import type { McpView } from "../../../domain/mcp/command.ts";
import type { AnyOperation } from "../../../domain/operation.ts";
import type { Principal } from "../../../domain/principal.ts";
import { BoundedCache } from "../../bounded_cache.ts";
import { mayRun } from "../operations_in_view.ts";
import { annotationsOf, type ToolAnnotations } from "./annotations.ts";
import { needsConfirmation } from "./needs_confirmation.ts";
import { inputSchemaOf } from "./input_schema.ts";
import type { JsonSchema } from "../json_schema.ts";
import { EXECUTE_TOOL, SEARCH_TOOL, TOOL_OPERATIONS, toolNameOf } from "./names.ts";
import { outputSchemaOf } from "./output_schema.ts";
import { EXPECTED_VERSION, takesVersion } from "./version.ts";

/** A tool as `tools/list` shows it. */
export interface Tool {
  name: string;
  title: string;
  description: string;
  inputSchema: JsonSchema;
  outputSchema?: JsonSchema;
  annotations: ToolAnnotations;
}

const CONFIRM: JsonSchema = { type: "boolean", description: "Only if this client cannot ask the person itself: true once they agreed" };

const LISTS_KEPT = 64;
const LISTS_KEPT_BYTES = 8_000_000;
/** One list for each set of scopes and view: members and keys of a role share it. */
const lists = new BoundedCache<readonly Tool[]>(LISTS_KEPT, LISTS_KEPT_BYTES);

/** What a credential can run there, in the registry's order. */
export function runnableOperations(view: McpView, principal: Principal): AnyOperation[] {
  return TOOL_OPERATIONS.filter((operation) => mayRun(operation, principal, view));
}

/** The tools of a view for a credential: the chosen few and how to find the others, or all of the toolsets that it names. */
export function toolsOf(view: McpView, principal: Principal): readonly Tool[] {
  const key = JSON.stringify([view.readonly, view.toolsets?.toSorted() ?? null, principal.scopes === "all" ? "all" : principal.scopes.toSorted()]);
  const known = lists.get(key);
  if (known) return known;
  const tools = makeTools(view, principal);
  lists.set(key, tools, JSON.stringify(tools).length);
  return tools;
}

function makeTools(view: McpView, principal: Principal): Tool[] {
  const runnable = runnableOperations(view, principal);
  if (view.toolsets !== null) return runnable.map(toolOf);
  const shown = runnable.filter(({ mcp }) => mcp?.core).map(toolOf);
  return runnable.length === 0 ? [] : [...shown, searchTool(), executeTool(runnable)];
}

function toolOf(operation: AnyOperation): Tool {
  return {
    name: toolNameOf(operation),
    title: operation.summary,
    description: descriptionOf(operation),
    inputSchema: withControls(operation),
    outputSchema: outputSchemaOf(operation),
    annotations: annotationsOf(operation),
  };
}

/** What a model is told of an operation. */
export function descriptionOf({ summary, description, mcp, cost }: AnyOperation): string {
  const text = mcp?.description ?? description ?? `${summary}.`;
  return cost > 1 ? `${text} Costs ${cost}.` : text;
}

/** The operation's own input, and what is said of the call beside it. */
export function withControls(operation: AnyOperation): JsonSchema {
  const schema = inputSchemaOf(operation);
  return {
    ...schema,
    properties: {
      ...schema.properties,
      ...(takesVersion(operation) ? { expected_version: EXPECTED_VERSION } : {}),
      ...(needsConfirmation(operation) ? { confirm: CONFIRM } : {}),
    },
  };
}

function searchTool(): Tool {
  return {
    name: SEARCH_TOOL,
    title: "Find an operation",
    description:
      "Finds operations that have no tool of their own (webhooks, API keys, members, audit log, batch updates, more insights …) by what they do. Answers each with its input schema, to run with execute_operation.",
    inputSchema: {
      type: "object",
      properties: {
        query: { type: "string", description: "What you want to do, in a few words" },
        limit: { type: "integer", default: 5, description: "1 to 10" },
      },
      required: ["query"],
      additionalProperties: false,
    },
    outputSchema: { type: "object", properties: { operations: { type: "array", items: { type: "object" } }, total: { type: "integer" } } },
    annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  };
}

function executeTool(runnable: readonly AnyOperation[]): Tool {
  const annotations = runnable.map(annotationsOf);
  return {
    name: EXECUTE_TOOL,
    title: "Run an operation",
    description: "Runs an operation that search_operations found. Prefer a tool of its own where there is one. Costs what the operation costs.",
    inputSchema: {
      type: "object",
      properties: {
        operation: { type: "string", description: "Its name, such as webhooks.create" },
        input: { type: "object", description: "By its input schema" },
        expected_version: EXPECTED_VERSION,
        confirm: CONFIRM,
      },
      required: ["operation"],
      additionalProperties: false,
    },
    outputSchema: { type: "object" },
    annotations: {
      readOnlyHint: annotations.every(({ readOnlyHint }) => readOnlyHint),
      destructiveHint: annotations.some(({ destructiveHint }) => destructiveHint),
      idempotentHint: annotations.every(({ idempotentHint }) => idempotentHint),
      openWorldHint: annotations.some(({ openWorldHint }) => openWorldHint),
    },
  };
}
