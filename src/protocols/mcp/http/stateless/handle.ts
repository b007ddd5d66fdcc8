import {
  createMcpHandler,
  InMemoryServerEventBus,
  Server,
  type InboundLadderRejection,
  type InboundModernRoute,
  type ServerContext,
} from "@modelcontextprotocol/server";
import * as z from "zod";
import type { McpObject, McpRequestId } from "../../../../domain/mcp/message.ts";
import { limitHeaders } from "../../../rate_limit_headers.ts";
import type { McpBindings } from "../../bindings.ts";
import { statelessTraits } from "../../methods.ts";
import { objectOf } from "../../objects.ts";
import { INSTRUCTIONS, SERVER_INFO, STATELESS_CAPABILITIES } from "../../server.ts";
import { bounded, closeQuietly } from "../../../event_stream.ts";
import { failureResponse } from "../respond.ts";
import { StatelessExchange } from "./exchange.ts";
import { openListener, tellChanges } from "./listen.ts";
import { answerPlain } from "./plain.ts";

type Route = InboundModernRoute | InboundLadderRejection;

/** What the server says of itself stays as it is until it is deployed anew. */
const DISCOVER_TTL_MS = 3_600_000;
/** A client that leaves in a call is noticed when something is written to it. */
const CALL_KEEP_ALIVE_MS = 2_000;
const LISTEN_KEEP_ALIVE_MS = 15_000;

const LISTEN = "subscriptions/listen";
const TASKS_UPDATE = "tasks/update";
/** Methods of the same extension whose names the library knows from an older revision: it lets them through with a schema of their own. */
const FORWARDED_BY_SCHEMA: ReadonlySet<string> = new Set(["tasks/get", "tasks/cancel"]);
const ANY_PARAMS = z.looseObject({});

/** Answers one message of revision 2026-07-28 (Streamable HTTP): the library checks envelope and headers, the organization answers. */
export async function handleStateless(request: Request, body: unknown, route: Route, bindings: McpBindings): Promise<Response> {
  const { id, method, params } = objectOf(body);
  const exchange = new StatelessExchange(request.headers, bindings);
  const plain = route.kind === "modern" ? await answerPlain(route, request.headers, exchange) : null;
  if (plain) return plain;
  const bus = new InMemoryServerEventBus();
  let listener: WebSocket | null = null;
  const handler = createMcpHandler(
    async () => {
      if (method === LISTEN) listener = await openListener(objectOf(params), exchange, bindings);
      return serverFor(String(method), exchange);
    },
    { legacy: "reject", bus, keepAliveMs: method === LISTEN ? LISTEN_KEEP_ALIVE_MS : CALL_KEEP_ALIVE_MS },
  );
  const answered = await handler.fetch(request, { parsedBody: body });
  if (exchange.answer === null) bindings.noteFree(typeof method === "string" ? method : null);
  const headers = exchange.answer ? limitHeaders(exchange.answer) : new Headers();
  if (exchange.refused) return failureResponse(exchange.refused, idOf(id), headers);
  const socket = listener as WebSocket | null;
  if (socket) tellChanges(socket, bus, () => void handler.close());
  const response = withBound(answered, () => socket && closeQuietly(socket));
  for (const [name, value] of headers) response.headers.set(name, value);
  return response;
}

function serverFor(method: string, exchange: StatelessExchange): Server {
  const server = new Server(SERVER_INFO, {
    capabilities: STATELESS_CAPABILITIES,
    instructions: INSTRUCTIONS,
    cacheHints: { "server/discover": { ttlMs: DISCOVER_TTL_MS, cacheScope: "public" } },
  });
  const forward = (params: McpObject | undefined, context: ServerContext): Promise<McpObject> => exchange.forward(method, params ?? {}, context);
  // A handler of its own would have results validated, which the organization made: several times the cost of all the rest.
  if (statelessTraits(method) !== null || method === TASKS_UPDATE)
    server.fallbackRequestHandler = (request, context) => forward(request.params, context as ServerContext);
  if (FORWARDED_BY_SCHEMA.has(method)) server.setRequestHandler(method, { params: ANY_PARAMS }, forward);
  return server;
}

/** The response, with a bound on what waits for a slow reader where it is a stream. */
function withBound(response: Response, ended: () => void): Response {
  if (response.headers.get("Content-Type") === "text/event-stream" && response.body) {
    return new Response(bounded(response.body, ended), response);
  }
  ended();
  return response;
}

function idOf(id: unknown): McpRequestId | null {
  return typeof id === "string" || typeof id === "number" ? id : null;
}
