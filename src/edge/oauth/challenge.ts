import type { ResourcePath } from "../../domain/oauth/resource.ts";
import { ALL_SCOPES } from "../../domain/scopes.ts";
import type { RequestLog } from "../request_context.ts";
import { resourceMetadataUrl } from "./metadata.ts";

/**
 * Tells a client how to get in (RFC 6750, section 3; RFC 9728, section 5.1): where the metadata is, whether its token was bad, and which scope the call needs. Every 401 has
 * one; a 403 only where a scope would have helped.
 */
export function setChallenge(response: Response, request: Request, resource: ResourcePath, base_url: string, log: RequestLog): void {
  const parts = ['realm="CROW"', `resource_metadata="${resourceMetadataUrl(resource, base_url)}"`];
  const scope = (ALL_SCOPES as readonly (string | null)[]).includes(log.required_scope) ? log.required_scope : null;
  if (response.status === 403 && scope === null) return;
  if (response.status === 403) parts.push('error="insufficient_scope"');
  else if (request.headers.has("Authorization")) {
    parts.push('error="invalid_token"', 'error_description="The credential is not valid, has expired or was revoked"');
  }
  if (scope !== null) parts.push(`scope="${scope}"`);
  response.headers.set("WWW-Authenticate", `Bearer ${parts.join(", ")}`);
}
