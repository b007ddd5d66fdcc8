import { timingSafeEqual } from "node:crypto";
import ipaddr from "ipaddr.js";
import type { Database } from "../../domain/database.ts";
import type { Failure } from "../../domain/errors.ts";
import type { Organization } from "../../domain/organizations/organization.ts";
import type { Credential, Principal } from "../../domain/principal.ts";
import type { Scope } from "../../domain/scopes.ts";
import { effectiveLimits, type RateLimitOverride, type RateLimits, type Tier } from "../../domain/tiers.ts";

type KeyCredential = Extract<Credential, { kind: "api_key" }>;

/** A key that was accepted and what bounds it. */
export interface KeyGrant {
  principal: Principal;
  limits: RateLimits;
}

interface KnownKey {
  secret_hash: string;
  previous_secret_hash: string | null;
  previous_expires_at: number | null;
  expires_at: number | null;
  revoked_at: number | null;
  allowed_ips: string[] | null;
  tier: Tier | null;
  rate_limit: RateLimitOverride | null;
  principal: Extract<Principal, { kind: "api_key" }>;
}

interface KeyRow {
  id: string;
  secret_hash: string;
  previous_secret_hash: string | null;
  previous_expires_at: number | null;
  expires_at: number | null;
  revoked_at: number | null;
  allowed_ips: string | null;
  tier: Tier | null;
  rate_limit: string | null;
  scopes: string;
  environment: "live" | "test";
  publishable: number;
}

/** Decides on keys by the actor's own rows, kept in memory until one changes. */
export class KeyAuthenticator {
  private readonly known = new Map<string, KnownKey>();

  constructor(private readonly db: Database) {}

  /** One message for unknown, wrong, revoked and expired keys: a refusal tells nothing about which keys exist. */
  authenticate(
    credential: KeyCredential,
    organization: Organization,
    ip: string | null,
    origin: string | null,
    now: number,
  ): KeyGrant | { failure: Failure } {
    const key = this.find(credential.key_id);
    if (!key || !isCurrent(key, credential, now)) {
      return {
        failure: {
          code: "UNAUTHENTICATED",
          message: "This API key is not valid; create or rotate a key and send it as Authorization: Bearer crow_…",
          details: {},
        },
      };
    }
    if (key.allowed_ips && !ipAllowed(ip, key.allowed_ips)) {
      return {
        failure: {
          code: "FORBIDDEN",
          message: "This API key may not be used from this address; add it to the key's allowed_ips",
          details: { field: "allowed_ips" },
        },
      };
    }
    const { allowed_origins } = organization.settings;
    if (key.principal.publishable && allowed_origins.length > 0 && (origin === null || !allowed_origins.includes(origin))) {
      return {
        failure: {
          code: "FORBIDDEN",
          message: "This publishable key may not be used from this page; add its origin to settings.allowed_origins",
          details: { origin },
        },
      };
    }
    return { principal: key.principal, limits: effectiveLimits(key.tier ?? organization.tier, key.rate_limit, organization.rate_limit) };
  }

  /** Whether a key that was accepted before still is, and still has the scope. For streams that stay open. */
  isUsable(key_id: string, scope: Scope, now: number): boolean {
    const key = this.find(key_id);
    return key !== undefined && key.revoked_at === null && (key.expires_at === null || key.expires_at > now) && key.principal.scopes.includes(scope);
  }

  /** When a key that was accepted ends, as far as is known now: by its own expiry, or as the secret that another replaced. */
  endOf(credential: KeyCredential): number | null {
    const key = this.find(credential.key_id);
    if (!key) return null;
    const replaced = key.secret_hash !== credential.secret_hash ? key.previous_expires_at : null;
    return key.expires_at === null || replaced === null ? (key.expires_at ?? replaced) : Math.min(key.expires_at, replaced);
  }

  /** Forgets what is cached, after any change of keys. */
  invalidate(): void {
    this.known.clear();
  }

  private find(id: string): KnownKey | undefined {
    let key = this.known.get(id);
    if (!key) {
      const row = this.db.one<KeyRow>("SELECT * FROM api_keys WHERE id = ?", id);
      if (!row) return undefined;
      key = {
        ...row,
        allowed_ips: row.allowed_ips === null ? null : (JSON.parse(row.allowed_ips) as string[]),
        rate_limit: row.rate_limit === null ? null : (JSON.parse(row.rate_limit) as RateLimitOverride),
        principal: {
          kind: "api_key",
          id,
          scopes: JSON.parse(row.scopes) as Scope[],
          environment: row.environment,
          publishable: row.publishable === 1,
        },
      };
      this.known.set(id, key);
    }
    return key;
  }
}

function isCurrent(key: KnownKey, credential: KeyCredential, now: number): boolean {
  if (key.revoked_at !== null || (key.expires_at !== null && key.expires_at <= now) || key.principal.environment !== credential.environment)
    return false;
  if (sameHash(key.secret_hash, credential.secret_hash)) return true;
  return (
    key.previous_secret_hash !== null &&
    key.previous_expires_at !== null &&
    key.previous_expires_at > now &&
    sameHash(key.previous_secret_hash, credential.secret_hash)
  );
}

function sameHash(stored: string, given: string): boolean {
  return stored.length === given.length && timingSafeEqual(Buffer.from(stored), Buffer.from(given));
}

/** Whether an address lies in one of these addresses or CIDR ranges (IPv4, IPv6; mapped IPv4 counts as IPv4). */
export function ipAllowed(ip: string | null, ranges: readonly string[]): boolean {
  // The library also reads "1" and octal parts as IPv4: nobody writes a caller's address so.
  if (ip === null || !(ipaddr.IPv4.isValidFourPartDecimal(ip) || ipaddr.IPv6.isValid(ip))) return false;
  const address = ipaddr.process(ip);
  return ranges.some((range) => {
    const [network, bits] = range.includes("/") ? ipaddr.parseCIDR(range) : ([ipaddr.process(range), null] as const);
    if (network.kind() !== address.kind()) return false;
    return bits === null ? network.toString() === address.toString() : address.match(network, bits);
  });
}
