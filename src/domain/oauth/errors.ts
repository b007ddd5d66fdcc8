/**
 * What OAuth and OpenID endpoints answer (RFC 6749, sections 4.1.2.1 and 5.2; RFC 8707; RFC 7591; OpenID Connect Core, 3.1.2.6), and the HTTP status where the answer is
 * not a redirect. The catalogue of `domain/errors.ts` is for operations; these codes are the protocol's own.
 */
export const OAUTH_ERRORS = {
  invalid_request: 400,
  invalid_client: 401,
  invalid_grant: 400,
  unauthorized_client: 400,
  unsupported_grant_type: 400,
  unsupported_response_type: 400,
  invalid_scope: 400,
  invalid_target: 400,
  access_denied: 403,
  login_required: 400,
  consent_required: 400,
  interaction_required: 400,
  request_not_supported: 400,
  invalid_request_uri: 400,
  registration_not_supported: 400,
  invalid_redirect_uri: 400,
  invalid_client_metadata: 400,
  invalid_token: 401,
  insufficient_scope: 403,
  /** RFC 6585's 429, with Retry-After. */
  slow_down: 429,
  temporarily_unavailable: 503,
} as const;

export type OAuthErrorCode = keyof typeof OAUTH_ERRORS;

/** A refusal as plain data. The description is for developers: plain ASCII, says what to change, and nothing about what else exists. */
export interface OAuthFailure {
  error: OAuthErrorCode;
  description: string;
  retry_after_s?: number;
}

/** Thrown by validators and endpoints; never crosses an RPC. */
export class OAuthError extends Error {
  constructor(
    readonly error: OAuthErrorCode,
    readonly description: string,
    readonly retry_after_s?: number,
  ) {
    super(`${error}: ${description}`);
  }

  toFailure(): OAuthFailure {
    return { error: this.error, description: this.description, ...(this.retry_after_s === undefined ? {} : { retry_after_s: this.retry_after_s }) };
  }
}

/** One refusal for every reason why a client is not let in, so that it tells nothing about which there are (RFC 6749, section 5.2). */
export function invalidClient(): OAuthError {
  return new OAuthError("invalid_client", "The client is unknown, suspended, or did not prove itself as it registered");
}
