import type { Credential } from "../domain/principal.ts";

/** Whose counts these are; null for the operator, who is not counted. A revoked secret does not use up those of the one that replaced it. */
export function callerOf(credential: Credential): string | null {
  if (credential.kind === "operator") return null;
  return credential.kind === "api_key" ? `${credential.key_id} ${credential.secret_hash}` : credential.grant_id;
}
