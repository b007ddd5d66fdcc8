import { OAuthError } from "./errors.ts";

/** RFC 7636, section 4.2: the base64url of a SHA-256. */
const CHALLENGE = /^[A-Za-z0-9_-]{43}$/;
/** RFC 7636, section 4.1. */
const VERIFIER = /^[A-Za-z0-9._~-]{43,128}$/;

/** The challenge of an authorization request: required for every client, and only S256 (RFC 9700, section 2.1.1). */
export function readChallenge(challenge: string | null, method: string | null): string {
  if (challenge === null) throw new OAuthError("invalid_request", "PKCE is required: send code_challenge and code_challenge_method=S256");
  // Without a method RFC 7636, section 4.3, reads "plain".
  if (method !== "S256") throw new OAuthError("invalid_request", "Only code_challenge_method=S256 is accepted");
  if (!CHALLENGE.test(challenge)) throw new OAuthError("invalid_request", "code_challenge must be the base64url of a SHA-256: 43 characters");
  return challenge;
}

/** The verifier of a token request, well formed; whether it fits is decided beside the code. */
export function readVerifier(verifier: string | null): string {
  if (verifier === null) throw new OAuthError("invalid_grant", "code_verifier is missing");
  if (!VERIFIER.test(verifier)) throw new OAuthError("invalid_grant", "code_verifier must have 43 to 128 characters of A-Z a-z 0-9 - . _ ~");
  return verifier;
}
