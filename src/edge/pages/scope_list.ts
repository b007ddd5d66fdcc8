import { html } from "hono/html";
import { OPENID_SCOPES } from "../../domain/oauth/scope.ts";
import { SCOPES, type Scope } from "../../domain/scopes.ts";
import type { Html } from "./page.ts";

const WORDS: Record<string, string> = { ...OPENID_SCOPES, ...SCOPES };
/** What cannot be undone, or leads to more power than is granted here. */
const SENSITIVE: ReadonlySet<string> = new Set<Scope>([
  "organizations:delete",
  "interactions:erase",
  "api_keys:write",
  "members:write",
  "oauth_clients:write",
]);

export function isSensitive(scope: string): boolean {
  return SENSITIVE.has(scope);
}

/** Scopes in the words that people consent to, wherever they meet them. */
export function scopeList(scopes: readonly string[]): Html {
  return html`<ul class="scopes">
    ${scopes.map((scope) => html`<li>${WORDS[scope] ?? scope} ${isSensitive(scope) ? html`<span class="badge warn">sensitive</span> ` : ""}<code>${scope}</code></li>`)}
  </ul>`;
}

/** The same behind a line that says how many they are. */
export function foldedScopes(summary: Html | string, scopes: readonly string[]): Html {
  return html`<details class="small">
    <summary>${summary}</summary>
    ${scopeList(scopes)}
  </details>`;
}

/** `1 permission`, `2 permissions`. */
export function permissions(scopes: readonly string[]): string {
  return `${scopes.length} ${scopes.length === 1 ? "permission" : "permissions"}`;
}
