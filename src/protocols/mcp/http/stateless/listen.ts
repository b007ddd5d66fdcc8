import type { InMemoryServerEventBus, ServerEvent } from "@modelcontextprotocol/server";
import type { McpObject } from "../../../../domain/mcp/message.ts";
import { MCP_SUBSCRIPTIONS_MAX, MCP_URI_LENGTH_MAX, type McpChange, type McpList } from "../../../../domain/mcp/stream.ts";
import type { McpBindings } from "../../bindings.ts";
import { readFrames } from "../frames.ts";
import { objectOf } from "../../objects.ts";
import type { StatelessExchange } from "./exchange.ts";

const LISTS: readonly [field: string, list: McpList][] = [
  ["toolsListChanged", "tools"],
  ["resourcesListChanged", "resources"],
  ["promptsListChanged", "prompts"],
];
const KINDS = { tools: "tools_list_changed", resources: "resources_list_changed", prompts: "prompts_list_changed" } as const;

/**
 * Opens what `subscriptions/listen` is told from, before it is answered: a refusal is an answer of HTTP's. Null where the filter asks for nothing, or is none and the library says so. Throws
 * where the organization refuses, or too much is asked for.
 */
export async function openListener(params: McpObject, exchange: StatelessExchange, bindings: McpBindings): Promise<WebSocket | null> {
  const filter = objectOf(params.notifications);
  const lists = LISTS.filter(([field]) => filter[field] === true).map(([, list]) => list);
  const named = filter.resourceSubscriptions ?? [];
  if (!Array.isArray(named) || !named.every((uri) => typeof uri === "string")) return null;
  const uris = [...new Set(named)];
  if (uris.length > MCP_SUBSCRIPTIONS_MAX || uris.some((uri) => uri.length > MCP_URI_LENGTH_MAX)) {
    return exchange.refuse({
      code: "VALIDATION_ERROR",
      message: `One listener follows at most ${MCP_SUBSCRIPTIONS_MAX} resources, each with a URI of at most ${MCP_URI_LENGTH_MAX} characters`,
      details: { field: "notifications.resourceSubscriptions", limit: MCP_SUBSCRIPTIONS_MAX },
    });
  }
  if (lists.length === 0 && uris.length === 0) return null;
  const socket = await bindings.follow({ kind: "listen", lists, uris });
  return "failure" in socket ? exchange.refuse(socket.failure) : socket;
}

/** Tells what the actor tells; `ended` once it tells no more. */
export function tellChanges(socket: WebSocket, bus: InMemoryServerEventBus, ended: () => void): void {
  const tell = (change: McpChange): void => bus.publish(eventOf(change));
  readFrames(socket, (frame) => frame.type === "changes" && frame.changes.forEach(tell), ended);
}

function eventOf(change: McpChange): ServerEvent {
  return change.kind === "list" ? { kind: KINDS[change.list] } : { kind: "resource_updated", uri: change.uri };
}
