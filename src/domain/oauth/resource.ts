import { OAuthError } from "./errors.ts";

/**
 * The protected resources of a deployment (RFC 9728) by their path below its origin: a token's audience is one or more of them. The origin itself stands for all. Each
 * protocol that takes access tokens has its line here.
 */
export const RESOURCES = {
  "": "CROW",
  "/api": "CROW REST API",
  "/graphql": "CROW GraphQL API",
} as const satisfies Record<string, string>;

export type ResourcePath = keyof typeof RESOURCES;

const RESOURCES_MAX = 4;

/** The audience that `resource` asks for (RFC 8707, section 2); the whole deployment where nothing is asked. Throws invalid_target for what is not ours. */
export function readResources(values: readonly string[], base_url: string): string[] {
  if (values.length > RESOURCES_MAX) throw new OAuthError("invalid_target", `At most ${RESOURCES_MAX} resources`);
  if (values.length === 0) return [base_url];
  return [...new Set(values.map((value) => canonicalResource(value, base_url)))];
}

function canonicalResource(value: string, base_url: string): string {
  const path = URL.canParse(value) && !value.includes("#") ? resourcePathOf(value, base_url) : null;
  if (path === null) throw new OAuthError("invalid_target", "The resource is not one of this server; see /.well-known/oauth-protected-resource");
  return base_url + path;
}

/** The path of one of our resources, with or without the slash that URL parsers add at the end. */
function resourcePathOf(value: string, base_url: string): ResourcePath | null {
  const url = new URL(value);
  if (url.origin !== base_url || url.search !== "" || url.username !== "" || url.password !== "") return null;
  const path = url.pathname.replace(/\/$/, "");
  return Object.hasOwn(RESOURCES, path) ? (path as ResourcePath) : null;
}

/** Whether a token for this audience may be used at a resource: it names the resource or the whole deployment. */
export function coversResource(audience: readonly string[], resource: ResourcePath, base_url: string): boolean {
  return audience.includes(base_url + resource) || audience.includes(base_url);
}

/** Whether everything that is asked for lies within what was granted. */
export function withinAudience(asked: readonly string[], granted: readonly string[], base_url: string): boolean {
  return granted.includes(base_url) || asked.every((resource) => granted.includes(resource));
}
