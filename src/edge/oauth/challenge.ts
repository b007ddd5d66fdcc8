import type { ResourcePath } from "../../domain/oauth/resource.ts";
import { ALL_SCOPES, type Scope } from "../../domain/scopes.ts";
import type { RequestLog } from "../request_context.ts";
import { resourceMetadataUrl } from "./metadata.ts";

/**
 * Tells a client how to get in (RFC 6750, section 3; RFC 9728, section 5.1): where the metadata is, whether its token was bad, and which scopes the call needs
 * (`log.required_scope`, with spaces between them), and what else there is to `tell`, in ASCII. Every 401 has one; a 403 only where a scope would have helped.
 */
export function setChallenge(
  response: Response,
  request: Request,
  resource: ResourcePath,
  base_url: string,
  log: RequestLog,
  tell = "The credential is not valid, has expired or was revoked",
): void {
  const parts = ['realm="CROW"', `resource_metadata="${resourceMetadataUrl(resource, base_url)}"`];
  const scopes = (log.required_scope ?? "").split(" ").filter((name) => ALL_SCOPES.includes(name as Scope));
  if (response.status === 403 && scopes.length === 0) return;
  if (response.status === 403) parts.push('error="insufficient_scope"');
  else if (request.headers.has("Authorization")) {
    parts.push('error="invalid_token"', `error_description="${tell}"`);
  }
  if (scopes.length > 0) parts.push(`scope="${scopes.join(" ")}"`);
  response.headers.set("WWW-Authenticate", `Bearer ${parts.join(", ")}`);
}
