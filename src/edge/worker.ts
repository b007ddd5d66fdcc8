import { errorResponse } from "../protocols/rest/respond.ts";
import { handleApi, matchApi } from "./api.ts";
import { setCommonHeaders } from "./headers.ts";
import { healthz } from "./health.ts";
import { startLog, writeLog, type RequestLog } from "./request_context.ts";

export { DirectoryActor } from "../actors/directory/actor.ts";
export { OrganizationActor } from "../actors/organization/actor.ts";

export default {
  async fetch(request, env) {
    const started = Date.now();
    const path = new URL(request.url).pathname;
    const log = startLog(request, path);
    const response = await route(request, env, path, log).catch((error: unknown) => {
      console.error(JSON.stringify({ level: "error", request_id: log.request_id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }));
      log.error = "INTERNAL_ERROR";
      return errorResponse({ code: "INTERNAL_ERROR", message: `Something failed on our side; report request ${log.request_id} if it persists`, details: {} });
    });
    const total_ms = Date.now() - started;
    const answer = isMutable(response) ? response : new Response(response.body, response);
    setCommonHeaders(answer.headers, log.request_id, { total_ms, actor_ms: log.actor_ms });
    writeLog(log, answer.status, total_ms);
    return answer;
  },
} satisfies ExportedHandler<Env>;

async function route(request: Request, env: Env, path: string, log: RequestLog): Promise<Response> {
  const api = matchApi(path);
  if (api) return handleApi(request, env, api, log);
  if (path === "/healthz") return healthz();
  return errorResponse({ code: "NOT_FOUND", message: `No such page: ${path}`, details: { documentation: "/docs" } });
}

/** Responses that come from another fetch have immutable headers. */
function isMutable(response: Response): boolean {
  try {
    response.headers.delete("X-Internal");
    return true;
  } catch {
    return false;
  }
}
