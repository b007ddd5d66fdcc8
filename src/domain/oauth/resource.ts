import { parseMcpPath } from "../mcp/path.ts";
import { OAuthError } from "./errors.ts";

/**
 * The protected resources of a deployment (RFC 9728) by their path below its origin: a token's audience is one or more of them. The origin itself stands for all. Each
 * protocol that takes access tokens has its line here.
 */
export const RESOURCES = {
  "": "CROW",
  "/api": "CROW REST API",
  "/graphql": "CROW GraphQL API",
  "/mcp": "CROW MCP server",
} as const satisfies Record<string, string>;

/** One of them, or a part of the MCP server that has its own URL: clients ask for a token for exactly the URL that they were given. */
export type ResourcePath = keyof typeof RESOURCES | `/mcp/${string}`;

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
  return readResourcePath(url.pathname);
}

/** A path as that of a protected resource, without the slash at its end; null where it is none. */
export function readResourcePath(path: string): ResourcePath | null {
  const bare = path.replace(/\/$/, "");
  return Object.hasOwn(RESOURCES, bare) || parseMcpPath(bare) !== null ? (bare as ResourcePath) : null;
}

/** Whose name people know a resource by. */
export function resourceName(resource: ResourcePath): string {
  return Object.hasOwn(RESOURCES, resource) ? RESOURCES[resource as keyof typeof RESOURCES] : RESOURCES["/mcp"];
}

/** Whether a token for this audience may be used at a resource: it names the resource, what it is a part of, or the whole deployment. */
export function coversResource(audience: readonly string[], resource: ResourcePath, base_url: string): boolean {
  return withinAudience([base_url + resource], audience, base_url);
}

/** Whether everything that is asked for lies within what was granted. */
export function withinAudience(asked: readonly string[], granted: readonly string[], base_url: string): boolean {
  const mcp = `${base_url}/mcp`;
  return (
    granted.includes(base_url) || asked.every((resource) => granted.includes(resource) || (resource.startsWith(`${mcp}/`) && granted.includes(mcp)))
  );
}
