import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import type * as z from "zod";
import { SqliteDatabase } from "../../src/actors/core/sqlite.ts";
import { migrate } from "../../src/actors/core/migrate.ts";
import { MIGRATIONS } from "../../src/actors/organization/migrations/index.ts";
import type { OperationContext } from "../../src/domain/context.ts";
import type { AnyOperation, Operation } from "../../src/domain/operation.ts";
import { Organization } from "../../src/domain/organizations/organization.ts";
import type { Scope } from "../../src/domain/scopes.ts";
import { fillRollups, type RawEvent } from "./rollups.ts";

export interface Shop {
  db: SqliteDatabase;
  /** Validates the input, runs the operation and validates the answer. */
  call<Input extends z.ZodType, Output extends z.ZodType>(operation: Operation<Input, Output>, input: z.input<Input>): z.output<Output>;
  /** The same for an operation of whatever kind. */
  answer(operation: AnyOperation, input: unknown): unknown;
}

export interface ShopOptions {
  events?: RawEvent[];
  time_zone?: string;
  now_ms?: number;
  /** What the caller may see; everything where not given. */
  scopes?: Scope[] | "all";
}

let shops = 0;

/** A fresh actor's SQLite with the rollups of these events. */
export function withShop<Result>(options: ShopOptions, run: (shop: Shop) => Result): Promise<Result> {
  const { events = [], time_zone = "UTC", now_ms = Date.UTC(2020, 0, 1), scopes = "all" } = options;
  const organization = Organization.parse({
    id: `org_${"0".repeat(26)}`,
    name: "Shop",
    slug: "shop",
    logo_url: null,
    tier: "enterprise",
    rate_limit: null,
    status: "active",
    time_zone,
    currency: "USD",
    retention_days: null,
    settings: {},
    created_at: "2019-01-01T00:00:00Z",
    updated_at: "2019-01-01T00:00:00Z",
    version: 1,
  });
  const stub = env.ORGANIZATIONS.getByName(`insights-${++shops}`);
  return runInDurableObject(stub, (_actor, state) => {
    migrate(state.storage, MIGRATIONS);
    const db = new SqliteDatabase(state.storage.sql);
    fillRollups(db, events, time_zone);
    // Insights read; of the context they touch nothing else.
    const ctx = { now: now_ms, db, organization, principal: { scopes } } as unknown as OperationContext;
    return run({
      db,
      call: (operation, input) => operation.output.parse(operation.handle(ctx, operation.input.parse(input))),
      answer: (operation, input) => operation.output.parse(operation.handle(ctx, operation.input.parse(input))),
    });
  });
}
