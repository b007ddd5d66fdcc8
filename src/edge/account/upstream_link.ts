import { html } from "hono/html";
import type { Html } from "../pages/page.ts";

export type UpstreamIntent = "sign_in" | "confirm" | "link";

/** The other OpenID provider that this deployment's people may sign in with, or null. */
export function upstreamName(env: Env): string | null {
  if (!env.UPSTREAM_ISSUER || !env.UPSTREAM_CLIENT_ID || !env.UPSTREAM_CLIENT_SECRET) return null;
  return env.UPSTREAM_NAME ?? new URL(env.UPSTREAM_ISSUER).host;
}

/** A link, not a form: the pages' policy lets no form's answer go to another site. */
export function upstreamLink(env: Env, intent: UpstreamIntent, continue_to: string): Html {
  const name = upstreamName(env);
  if (name === null) return html``;
  const query = new URLSearchParams({ intent, continue: continue_to }).toString();
  return html`<p class="after"><a class="button secondary full" href="/account/upstream?${query}">Continue with ${name}</a></p>`;
}
