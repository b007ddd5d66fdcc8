import { free, type McpMethod } from "../method.ts";
import { resultMeta } from "../meta.ts";
import { pageOfList } from "../paging.ts";
import { toolsOf } from "./catalog.ts";

/** How long a client may go on with the list before it asks again; that it changed is told anyway. */
const FRESH_MS = 300_000;

/** `tools/list` (MCP 2026-07-28, server/tools): by scopes and view, the same for everybody who has the same. */
export const listTools: McpMethod = ({ params, view }) =>
  free((host) => {
    const { items, nextCursor } = pageOfList(toolsOf(view, host.principal), ({ name }) => name, params.cursor);
    return {
      kind: "result",
      result: { tools: items, ...(nextCursor === undefined ? {} : { nextCursor }), ttlMs: FRESH_MS, cacheScope: "private", _meta: resultMeta(host) },
    };
  });
