import type { InboundModernRoute } from "@modelcontextprotocol/server";
import { resultTextOf } from "../../../../domain/mcp/answer_text.ts";
import type { McpObject, McpRequestId } from "../../../../domain/mcp/message.ts";
import { statelessTraits } from "../../methods.ts";
import { SERVER_INFO } from "../../server.ts";
import { objectOf } from "../../objects.ts";
import { hasIdempotencyKey, progressTokenOf } from "../request_fields.ts";
import { resultResponse } from "../respond.ts";
import { STATELESS_META, type StatelessExchange } from "./exchange.ts";
import { limitHeaders } from "../../../rate_limit_headers.ts";

const VERSION = "2026-07-28";
const NOT_CACHED = { ttlMs: 0, cacheScope: "private" };

/**
 * Answers a request about which there is nothing to say but its result: its headers repeat the body letter by letter, it asks for no progress, answers no question and has no idempotency
 * key. The library makes a server, a transport and copies of the result for each request, which takes longer than all the rest. What is in any way out of the ordinary is the library's
 * (null); whether the organization was asked by then, the exchange knows.
 */
export async function answerPlain(route: InboundModernRoute, headers: Headers, exchange: StatelessExchange): Promise<Response | null> {
  if (route.messageKind !== "request" || !isPlain(route, headers)) return null;
  const { id, method, params } = route.message;
  const judged = await exchange.ask(id, method, objectOf(params), objectOf(objectOf(params)._meta), null);
  if ("refused" in judged || judged.reply.kind !== "result" || judged.reply.notifications.length > 0) return null;
  const { result } = judged.reply;
  const completed: McpObject = {
    resultType: "complete",
    ...(statelessTraits(method)?.is_cacheable ? NOT_CACHED : {}),
    ...result,
    _meta: { ...objectOf(result._meta), [`${STATELESS_META}serverInfo`]: SERVER_INFO },
  };
  return resultResponse(id, resultTextOf({ ...judged.reply, result: completed }), limitHeaders(exchange.answer!));
}

function isPlain({ message, classification }: InboundModernRoute, headers: Headers): boolean {
  const { method, params } = message as { method: string; params?: McpObject; id: McpRequestId };
  const traits = statelessTraits(method);
  if (traits === null || classification.revision !== VERSION || params === undefined) return false;
  return (
    headers.get("MCP-Protocol-Version") === VERSION &&
    headers.get("Mcp-Method") === method &&
    (traits.named_by === null || headers.get("Mcp-Name") === params[traits.named_by]) &&
    params.inputResponses === undefined &&
    params.requestState === undefined &&
    progressTokenOf(params) === null &&
    !hasIdempotencyKey(params, headers)
  );
}
