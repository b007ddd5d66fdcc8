import { getAgentByName } from "agents";
import { CALLBACK_PATH, type CrowAgent } from "./agent.ts";

export { CrowAgent } from "./agent.ts";

export interface Env {
  CROW_AGENT: DurableObjectNamespace<CrowAgent>;
  /** CROW's MCP endpoint. `/mcp/readonly` shows nothing that changes anything, whatever the credential may do. */
  CROW_URL: string;
  /** An API key with as few scopes as the questions need. Without one, a person lets the Agent in (OAuth). */
  CROW_API_KEY?: string;
  /** What callers of this Worker show. It speaks for an organization's data, so it never answers strangers. */
  AGENT_TOKEN: string;
}

/** What the person who lets the Agent in is asked about, and sees later among what has access. */
const AGENT_NAME = "CROW questions agent";

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    // The browser that comes back from signing in has no token; the `state` of its address is checked by the Agent.
    const returning = new URL(request.url).pathname === CALLBACK_PATH;
    if (!returning && !(await mayAsk(request, env))) {
      return Response.json({ error: "Send Authorization: Bearer AGENT_TOKEN." }, { status: 401, headers: { "WWW-Authenticate": "Bearer" } });
    }
    // One Agent for everybody who has the token. For an Agent of each person's own, name it after who signed in at your side.
    const agent = await getAgentByName(env.CROW_AGENT, AGENT_NAME);
    return agent.fetch(request);
  },
} satisfies ExportedHandler<Env>;

async function mayAsk(request: Request, env: Env): Promise<boolean> {
  const shown = /^Bearer (.+)$/i.exec(request.headers.get("Authorization") ?? "")?.[1];
  if (!shown || !env.AGENT_TOKEN) return false;
  // Of hashes, so that neither length nor time tells how much of a guess was right.
  const [a, b] = await Promise.all([shown, env.AGENT_TOKEN].map((text) => crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))));
  return crypto.subtle.timingSafeEqual(a!, b!);
}
