import type { Failure } from "../domain/errors.ts";
import { coversResource, type ResourcePath } from "../domain/oauth/resource.ts";
import type { Credential } from "../domain/principal.ts";
import { noCredential, noSuchOrganization } from "./failures.ts";
import { verifyAccessToken } from "./oauth/access_tokens.ts";

/** How configurations name a variable that the client was to put the credential in for. */
const VARIABLE = /\$\{[\w:. -]{1,64}\}|\$[A-Z_][A-Z0-9_]{0,63}|%[A-Z_][A-Z0-9_]{0,63}%/;

/** Why a request's credential was not taken (see `readCredential`), as far as its sender can be told more than that it is none: then `details.reason` says so too. */
export async function credentialFailure(request: Request, env: Env, resource: ResourcePath, base_url: string): Promise<Failure> {
  const sent = request.headers.get("Authorization") ?? request.headers.get("X-API-Key") ?? "";
  const variable = VARIABLE.exec(sent)?.[0];
  if (variable !== undefined) {
    const message = `The client sent ${variable} as it stands in its configuration instead of a credential; set that variable where the client runs`;
    return { code: "UNAUTHENTICATED", message, details: { reason: "unexpanded_variable" } };
  }
  const token = /^Bearer +(\S+)$/i.exec(sent)?.[1];
  const verified = token?.startsWith("eyJ") ? await verifyAccessToken(env, token, base_url) : null;
  if (!verified || coversResource(verified.audience, resource, base_url)) return noCredential();
  const needed = base_url + resource;
  const message = `This token is for ${verified.audience.join(", ")}; ask for one for ${needed}`;
  return { code: "UNAUTHENTICATED", message, details: { reason: "other_resource", resource: needed, audience: verified.audience } };
}

/** Why a request that names an organization is not taken: a credential works on its own alone. Null where it may name this one, or names none. */
export function refuseOrganization(credential: Credential, named: string | null): Failure | null {
  if (named === null || named === "" || credential.kind === "operator" || named === credential.organization_id) return null;
  return noSuchOrganization();
}
