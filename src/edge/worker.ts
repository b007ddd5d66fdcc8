import { errorLine } from "../domain/error_line.ts";
import { errorResponse } from "../protocols/rest/respond.ts";
import { handleAccount } from "./account/routes.ts";
import { handleApi, matchApi } from "./api.ts";
import { baseUrlOf } from "./base_url.ts";
import { handleDocs } from "./docs/routes.ts";
import { handleGraphql, isGraphqlPath } from "./graphql.ts";
import { setCommonHeaders } from "./headers.ts";
import { healthz, readyz } from "./health.ts";
import { handleMcp, isMcpPath } from "./mcp.ts";
import { handleOAuth } from "./oauth/routes.ts";
import { startLog, writeLog, type RequestLog } from "./request_context.ts";

export { AccountActor } from "../actors/accounts/actor.ts";
export { OAuthClientActor } from "../actors/oauth_clients/actor.ts";
export { DirectoryActor, OrganizationActor } from "./hosting_actors.ts";
export { ThrottleActor } from "../actors/throttle/actor.ts";

export default {
  async fetch(request, env, context) {
    const started = Date.now();
    const url = new URL(request.url);
    const log = startLog(request, url.pathname);
    const response = await route(request, env, url, log).catch((error: unknown) => {
      console.error(errorLine({ request_id: log.request_id }, error));
      log.error = "INTERNAL_ERROR";
      return errorResponse({
        code: "INTERNAL_ERROR",
        message: `Something failed on our side; report request ${log.request_id} if it persists`,
        details: {},
      });
    });
    const total_ms = Date.now() - started;
    setCommonHeaders(response.headers, log.request_id, { total_ms, actor_ms: log.actor_ms });
    writeLog(log, response.status, total_ms, env.LOG_BATCHED !== undefined, context);
    return response;
  },
} satisfies ExportedHandler<Env>;

async function route(request: Request, env: Env, url: URL, log: RequestLog): Promise<Response> {
  const api = matchApi(url.pathname);
  if (api) return handleApi(request, env, api, log);
  if (isGraphqlPath(url.pathname)) return handleGraphql(request, env, url, log);
  if (isMcpPath(url.pathname)) return handleMcp(request, env, url, log);
  const oauth = await handleOAuth(request, env, url, log);
  if (oauth) return oauth;
  const account = await handleAccount(request, env, url, log);
  if (account) return account;
  if (url.pathname === "/healthz") return healthz();
  if (url.pathname === "/readyz") return readyz(env);
  const page = handleDocs(url.pathname, env, baseUrlOf(request, env));
  if (page) return page;
  const asset = await env.ASSETS.fetch(request);
  // A response from elsewhere has immutable headers.
  if (asset.ok || asset.status === 304) return new Response(asset.body, asset);
  return errorResponse({ code: "NOT_FOUND", message: `No such page: ${url.pathname}`, details: { documentation: "/docs" } });
}
