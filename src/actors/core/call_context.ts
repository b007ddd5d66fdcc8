import { typeidUnboxed } from "typeid-js";
import type { Change, LimitsPort, OperationContext, ScheduledJob, Vault } from "../../domain/context.ts";
import type { Database } from "../../domain/database.ts";
import type { Organization } from "../../domain/organizations/organization.ts";
import type { Principal } from "../../domain/principal.ts";
import type { RateLimits } from "../../domain/tiers.ts";
import type { Author, Journal } from "./journal.ts";
import type { RateLimiter } from "./rate_limiter.ts";
import type { Scheduler } from "./scheduler.ts";
import type { UsageMeter } from "./usage_meter.ts";

interface ContextParts {
  db: Database;
  vault: Vault;
  journal: Journal;
  scheduler: Scheduler;
  limiter: RateLimiter;
  meter: UsageMeter;
  organization: () => Organization;
}

/** What one call's handler may touch. */
export class CallContext implements OperationContext {
  readonly db: Database;
  readonly vault: Vault;

  constructor(
    private readonly parts: ContextParts,
    private readonly author: Author,
    private readonly grant: { principal: Principal; limits: RateLimits | null; bucket_id?: string },
    readonly base_url: string,
    readonly expected_version: number | null,
    readonly now: number,
  ) {
    this.db = parts.db;
    this.vault = parts.vault;
  }

  get principal(): Principal {
    return this.grant.principal;
  }

  get limits(): LimitsPort {
    return {
      peek: (credential_id, limits) => this.parts.limiter.peek(credential_id, limits),
      peekOwn: () => this.grant.limits && this.parts.limiter.peek(this.grant.bucket_id ?? this.grant.principal.id, this.grant.limits),
      flushUsage: () => this.parts.meter.flush(),
    };
  }

  get organization(): Organization {
    return this.parts.organization();
  }

  newId(prefix: string): string {
    return typeidUnboxed(prefix);
  }

  record(change: Change): number {
    return this.parts.journal.record(change, this.author, this.now);
  }

  schedule(job: ScheduledJob): void {
    this.parts.scheduler.schedule(job);
  }

  cancelJob(kind: string, key: string): void {
    this.parts.scheduler.cancel(kind, key);
  }
}
