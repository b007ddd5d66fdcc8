import type { Database } from "./database.ts";
import type { EventType } from "./events/types.ts";
import type { Organization } from "./organizations/organization.ts";
import type { Principal } from "./principal.ts";
import type { LimitState } from "./rate_limit.ts";
import type { RateLimits } from "./tiers.ts";

/** One committed change: becomes one audit row (who, before, after) and one row of the event log. */
export interface Change {
  /** `resource.verb` in the past tense, e.g. `product.updated`. The event's type. */
  type: EventType;
  /** The changed resource's id. */
  subject: string;
  before: unknown;
  after: unknown;
  /** What live readers get as the event's data; `after` (or `before`, for a deletion) where not given. */
  data?: unknown;
  /** False for a change that is audited but that no live reader wants. Default true. */
  live?: boolean;
}

/** Work to be done later by the actor's alarm. The same `key` replaces an earlier schedule of that job. */
export interface ScheduledJob {
  /** Which job runs, e.g. `export.run`. */
  kind: string;
  /** Distinguishes jobs of one kind, e.g. the export's id. */
  key: string;
  run_at_ms: number;
  payload?: unknown;
}

/** Keyed secrets work, done by the actor because the domain holds no secret. */
export interface Vault {
  /** Whose secrets these are: the actor's name. */
  readonly owner: string;
  /** HMAC-SHA256 over the text with a key derived for this purpose and organization; base64url, 128 bits. */
  sign(purpose: string, text: string): string;
  /** Constant-time check of `sign`. */
  verify(purpose: string, text: string, signature: string): boolean;
  /** Encrypts a secret for storage (AES-256-GCM, random nonce). */
  seal(plaintext: string): string;
  /** Decrypts what `seal` made; throws when it was tampered with. */
  open(sealed: string): string;
  /** A new API key for this organization: the key as shown once, and what may be stored. */
  mintApiKey(options: { environment: "live" | "test"; publishable: boolean; organization_id: string; key_id: string }): MintedApiKey;
  /** A new secret of this kind for one of this organization's objects. */
  mintSecret(kind: SecretKind, id: string): MintedSecret;
  /** A new one-time link into the account of this e-mail address, whether there is one or not; `account_name` is the account's actor. */
  mintRecovery(email: string): MintedSecret & { account_name: string };
  /** A new ES256 key pair as JWKs; the kid is the key's thumbprint (RFC 7638). */
  generateSigningKey(): { kid: string; public_jwk: Record<string, unknown>; private_jwk: Record<string, unknown> };
  /** SHA-256 of the text in UTF-8, hex. */
  sha256(text: string): string;
  /** Random bytes as base64url. */
  randomToken(bytes: number): string;
}

/** Secrets that carry their organization, so that the edge can route what is presented without a look-up. */
export type SecretKind = "client_secret" | "authorization_code" | "refresh_token" | "invitation";

export interface MintedSecret {
  /** As shown once. */
  text: string;
  /** SHA-256 of the whole text, hex: what may be stored. */
  secret_hash: string;
}

export interface MintedApiKey {
  key: string;
  /** SHA-256 of the whole key, hex. */
  secret_hash: string;
  /** The key's first and last characters, for people to recognize it by. */
  hint: string;
}

/** The rate limiter and the usage meter, for operations that report on them. */
export interface LimitsPort {
  /** The credential's bucket now, without a charge. */
  peek(credential_id: string, limits: RateLimits): LimitState;
  /** The same of the credential that asks; null for the operator, whom nothing bounds. */
  peekOwn(): LimitState | null;
  /** Brings `usage_daily` up to date with what is still counted in memory. */
  flushUsage(): void;
}

/** Everything a handler may touch. Built by the actor for one call inside its transaction. */
export interface OperationContext {
  /** Milliseconds since the epoch, the same for the whole call. */
  readonly now: number;
  readonly db: Database;
  readonly principal: Principal;
  /** The actor's organization. */
  readonly organization: Organization;
  /** The version the caller saw (If-Match), or null when they did not say. */
  readonly expected_version: number | null;
  readonly vault: Vault;
  readonly limits: LimitsPort;
  /** Origin for absolute URLs in answers, e.g. `https://crow.example`. */
  readonly base_url: string;
  /** A new sortable id with this prefix (TypeID: prefix, underscore, UUIDv7 in base32). */
  newId(prefix: string): string;
  /** Records a change: an audit row and an event-log row; returns the event's sequence number. */
  record(change: Change): number;
  schedule(job: ScheduledJob): void;
  cancelJob(kind: string, key: string): void;
}
