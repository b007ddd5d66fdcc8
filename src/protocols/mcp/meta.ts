import type { McpHost } from "../../domain/mcp/executor.ts";
import type { McpObject } from "../../domain/mcp/message.ts";

/** What every result that was paid for says of its cost: `crow/rate_limit`, with `more` beside it. A window is null where nothing bounds it. */
export function resultMeta({ charged, limit }: Pick<McpHost, "charged" | "limit">, more: McpObject = {}): McpObject {
  return { ...more, "crow/rate_limit": { charged, minute: limit?.minute ?? null, day: limit?.day ?? null } };
}
