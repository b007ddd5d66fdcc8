import type { Database } from "../../domain/database.ts";
import { DAY_MS, MINUTE_MS } from "../../domain/time.ts";

const WRITE_BACK_MS = 1_000;
const LAST_USED_RESOLUTION_MS = MINUTE_MS;

interface Count {
  day: number;
  credential: string;
  protocol: string;
  operation: string;
  calls: number;
  errors: number;
  cost: number;
}

/** Counts calls per day, credential, protocol and operation in memory and adds them to `usage_daily` about once a second. Statistics only: limits never depend on it. */
export class UsageMeter {
  private readonly counts = new Map<string, Count>();
  private readonly last_used = new Map<string, number>();
  private scheduled = false;
  /** Called after each call that was counted. */
  onRecord = (): void => {};

  constructor(
    private readonly db: Database,
    private readonly now: () => number,
    private readonly defer: (work: () => void, delay_ms: number) => void,
  ) {}

  record(credential: string, protocol: string, operation: string, ok: boolean, cost: number): void {
    const day = Math.floor(this.now() / DAY_MS);
    const name = `${day}\n${credential}\n${protocol}\n${operation}`;
    let count = this.counts.get(name);
    if (!count) this.counts.set(name, (count = { day, credential, protocol, operation, calls: 0, errors: 0, cost: 0 }));
    count.calls += 1;
    count.errors += ok ? 0 : 1;
    count.cost += cost;
    this.onRecord();
    if (this.scheduled) return;
    this.scheduled = true;
    this.defer(() => {
      this.scheduled = false;
      this.flush();
    }, WRITE_BACK_MS);
  }

  /** Notes a use that another actor counts: a test key's, of which the sandbox holds the figures and the live actor the key. */
  used(credential: string): void {
    this.noteLastUsed([credential]);
  }

  /** Adds what was counted since the last time to `usage_daily`. */
  flush(): void {
    if (this.counts.size === 0) return;
    const counts = [...this.counts.values()];
    this.counts.clear();
    this.db.run(
      `INSERT INTO usage_daily (day, credential, protocol, operation, calls, errors, cost)
       SELECT value ->> 'day', value ->> 'credential', value ->> 'protocol', value ->> 'operation', value ->> 'calls', value ->> 'errors', value ->> 'cost'
       FROM json_each(?) WHERE true
       ON CONFLICT (day, credential, protocol, operation)
       DO UPDATE SET calls = calls + excluded.calls, errors = errors + excluded.errors, cost = cost + excluded.cost`,
      JSON.stringify(counts),
    );
    this.noteLastUsed(new Set(counts.map(({ credential }) => credential)));
  }

  /** Forgets days that no report reaches any more. */
  prune(before_ms: number): void {
    this.db.run("DELETE FROM usage_daily WHERE day < ?", Math.floor(before_ms / DAY_MS));
  }

  private noteLastUsed(credentials: Iterable<string>): void {
    const now = this.now();
    for (const credential of credentials) {
      if (now - (this.last_used.get(credential) ?? 0) < LAST_USED_RESOLUTION_MS) continue;
      this.last_used.set(credential, now);
      const table = credential.startsWith("cli_") ? "oauth_clients" : "api_keys";
      this.db.run(`UPDATE ${table} SET last_used_at = ? WHERE id = ?`, now, credential);
    }
  }
}
