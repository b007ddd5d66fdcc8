import type { Organization } from "../../domain/organizations/organization.ts";
import type { AnyOperation } from "../../domain/operation.ts";
import { Engine } from "./engine.ts";
import { IdempotencyStore } from "./idempotency.ts";
import { Journal, type EventHook, type LoggedEvent } from "./journal.ts";
import { RateLimiter } from "./rate_limiter.ts";
import { Scheduler, type JobHandler } from "./scheduler.ts";
import { SqliteDatabase } from "./sqlite.ts";
import { UsageMeter } from "./usage_meter.ts";
import { createVault } from "./vault.ts";

export interface CoreOptions {
  storage: DurableObjectStorage;
  root_secret: string;
  /** The vault's namespace: the organization's id, so that no secret of one opens another's. */
  owner: string;
  operations: ReadonlyMap<string, AnyOperation>;
  organization: () => Organization;
  changed: (operation: string) => void;
  /** Runs inside the transaction of each event. */
  onAppend: EventHook;
  /** Live readers, after the commit. */
  publish: (events: LoggedEvent[]) => void;
}

export type Core = ReturnType<typeof buildCore>;

/** What an actor that executes operations is made of; jobs are added by the actor because they need the core. */
export function buildCore(options: CoreOptions) {
  const db = new SqliteDatabase(options.storage.sql);
  let stopped = false;
  const defer = (work: () => void, delay_ms: number): void => void setTimeout(() => !stopped && work(), delay_ms);
  const vault = createVault(options.root_secret, options.owner);
  const handlers: Record<string, JobHandler> = {};
  const scheduler = new Scheduler(db, options.storage, handlers);
  const journal = new Journal(db, options.onAppend, options.publish);
  const idempotency = new IdempotencyStore(db, vault);
  const limiter = new RateLimiter(db, Date.now, defer);
  const meter = new UsageMeter(db, Date.now, defer);
  const engine = new Engine({
    operations: options.operations,
    storage: options.storage,
    db,
    vault,
    journal,
    scheduler,
    idempotency,
    limiter,
    meter,
    organization: options.organization,
    changed: options.changed,
  });
  /** The storage is about to be erased: nothing writes any more. */
  const stop = (): void => {
    stopped = true;
    scheduler.stop();
  };
  return {
    storage: options.storage,
    db,
    vault,
    handlers,
    scheduler,
    journal,
    idempotency,
    limiter,
    meter,
    engine,
    organization: options.organization,
    stop,
  };
}
