import { createHash } from "node:crypto";
import type { Vault } from "../../domain/context.ts";
import type { Database } from "../../domain/database.ts";
import { OperationError } from "../../domain/errors.ts";
import type { Call } from "../../domain/execute.ts";
import { DAY_MS } from "../../domain/time.ts";

export const IDEMPOTENCY_RETENTION_MS = DAY_MS;

/**
 * Replays the answer of a call that already committed under the same Idempotency-Key and principal. The row is written in the call's own
 * transaction, so a key is remembered exactly when its change is. Only successes are remembered: a refused call changed nothing.
 */
export class IdempotencyStore {
  private readonly in_flight = new Set<string>();

  constructor(
    private readonly db: Database,
    private readonly vault: Vault,
  ) {}

  /** Claims the key until `release`; throws when the same key is being worked on. */
  claim(principal: string, call: Call): void {
    if (call.idempotency_key === undefined) return;
    const claim = `${principal}\n${call.idempotency_key}`;
    if (this.in_flight.has(claim))
      throw new OperationError("IDEMPOTENCY_IN_PROGRESS", "A request with this Idempotency-Key is still running; retry in a moment");
    this.in_flight.add(claim);
  }

  release(principal: string, call: Call): void {
    this.in_flight.delete(`${principal}\n${call.idempotency_key}`);
  }

  /** The remembered answer, or undefined for a new key. */
  recall(principal: string, call: Call): { value: unknown } | undefined {
    const row = this.db.one<{ fingerprint: string; outcome: string }>(
      "SELECT fingerprint, outcome FROM idempotency_keys WHERE principal = ? AND key = ?",
      principal,
      call.idempotency_key!,
    );
    if (!row) return undefined;
    if (row.fingerprint !== fingerprint(call))
      throw new OperationError("IDEMPOTENCY_MISMATCH", "This Idempotency-Key was used with a different request; use a new key");
    const outcome = row.outcome.startsWith("{") ? row.outcome : this.vault.open(row.outcome);
    return JSON.parse(outcome) as { value: unknown };
  }

  /** Remembers a success; an answer that holds a secret is sealed. */
  remember(principal: string, call: Call, value: unknown, secret: boolean, now: number): void {
    const outcome = JSON.stringify({ value });
    this.db.run(
      "INSERT INTO idempotency_keys (principal, key, fingerprint, outcome, created_at) VALUES (?, ?, ?, ?, ?)",
      principal,
      call.idempotency_key!,
      fingerprint(call),
      secret ? this.vault.seal(outcome) : outcome,
      now,
    );
  }

  /** Forgets keys past their retention; returns how many. */
  prune(now: number): number {
    return this.db.run("DELETE FROM idempotency_keys WHERE created_at < ?", now - IDEMPOTENCY_RETENTION_MS);
  }
}

function fingerprint(call: Call): string {
  return createHash("sha256")
    .update(JSON.stringify([call.operation, call.input, call.expected_version ?? null]))
    .digest("base64url");
}
