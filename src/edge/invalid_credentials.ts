import { BoundedMap } from "../domain/bounded_map.ts";
import type { Failure } from "../domain/errors.ts";
import type { Credential } from "../domain/principal.ts";

/** How long the edge refuses by memory. */
const REMEMBER_MS = 5_000;
const REMEMBERED_MAX = 10_000;

/** Credentials that are well formed and that an actor called invalid, such as revoked keys: for a while they cause no work here either. */
export class InvalidCredentials {
  private readonly refused = new BoundedMap<string, { failure: Failure; until_ms: number }>(REMEMBERED_MAX);

  note(credential: Credential, failure: Failure | null, now_ms: number): void {
    const name = nameOf(credential);
    if (name !== null && failure?.code === "UNAUTHENTICATED") this.refused.set(name, { failure, until_ms: now_ms + REMEMBER_MS });
  }

  failure(credential: Credential, now_ms: number): Failure | null {
    const known = this.refused.get(nameOf(credential) ?? "");
    return known && known.until_ms > now_ms ? known.failure : null;
  }
}

/** This very secret or token: another of the same key or grant may be valid. */
function nameOf(credential: Credential): string | null {
  if (credential.kind === "operator") return null;
  return credential.kind === "api_key" ? `${credential.key_id} ${credential.secret_hash}` : credential.token_id;
}
