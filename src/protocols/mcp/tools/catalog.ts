import { keepText } from "../../../domain/mcp/answer_text.ts";
import type { McpView } from "../../../domain/mcp/command.ts";
import type { Principal } from "../../../domain/principal.ts";
import { BoundedCache } from "../../bounded_cache.ts";
import { isShown, runnableOperations } from "../operations_in_view.ts";
import { executeTool } from "./execute.ts";
import { READ_TOOL_SHOWN } from "./read_resource.ts";
import { SEARCH_TOOL_SHOWN } from "./search.ts";
import { toolOf, type Tool } from "./tool.ts";

const LISTS_KEPT = 64;
const LISTS_KEPT_BYTES = 8_000_000;
/** One list for each set of scopes and view: members and keys of a role share it. */
const lists = new BoundedCache<readonly Tool[]>(LISTS_KEPT, LISTS_KEPT_BYTES);

/** The tools of a view for a credential: the chosen few and how to find the others, or all of the toolsets that it names. */
export function toolsOf(view: McpView, principal: Principal): readonly Tool[] {
  const key = JSON.stringify([view.readonly, view.toolsets?.toSorted() ?? null, principal.scopes === "all" ? "all" : principal.scopes.toSorted()]);
  const known = lists.get(key);
  if (known) return known;
  const tools = keepText(makeTools(view, principal));
  lists.set(key, tools, JSON.stringify(tools).length);
  return tools;
}

function makeTools(view: McpView, principal: Principal): Tool[] {
  const runnable = runnableOperations(view, principal);
  const shown = runnable.filter((operation) => isShown(operation, view)).map(toolOf);
  if (view.toolsets !== null || runnable.length === 0) return shown;
  return [...shown, SEARCH_TOOL_SHOWN, executeTool(runnable), READ_TOOL_SHOWN];
}
