import type { Database } from "../../domain/database.ts";
import type { Person } from "../../domain/accounts/account.ts";
import { Scheduler, type JobHandler } from "../core/scheduler.ts";
import { SqliteDatabase } from "../core/sqlite.ts";
import { Memberships } from "./memberships.ts";
import { Passkeys } from "./passkeys.ts";
import { Sessions } from "./sessions.ts";
import type { AccountFailure, AccountView } from "./views.ts";

export interface AccountRow {
  /** The person's public id, made for this account alone. */
  id: string;
  email: string;
  name: string;
  password_hash: string | null;
  upstream_issuer: string | null;
  upstream_subject: string | null;
  upstream_linked_at: number | null;
  recovery_hash: string | null;
  recovery_issued_at: number | null;
  recovery_expires_at: number | null;
  created_at: number;
  updated_at: number;
  deleting_at: number | null;
}

/** The working parts of an account that exists. */
export class AccountState {
  readonly db: Database;
  readonly scheduler: Scheduler;
  readonly sessions: Sessions;
  readonly passkeys: Passkeys;
  readonly memberships: Memberships;
  erased = false;

  constructor(
    readonly ctx: DurableObjectState,
    readonly env: Env,
    readonly name: string,
    jobs: (state: AccountState) => Record<string, JobHandler>,
  ) {
    this.db = new SqliteDatabase(ctx.storage.sql);
    this.scheduler = new Scheduler(this.db, ctx.storage, jobs(this));
    this.sessions = new Sessions(this.db);
    this.passkeys = new Passkeys(this.db, env.CROW_SECRET, name);
    this.memberships = new Memberships(this.db);
    this.scheduler.arm();
  }

  /** The account, or null once its owner deleted it. */
  row(): AccountRow | null {
    const row = this.stored();
    return row && row.deleting_at === null ? row : null;
  }

  /** The account's row also while it is being deleted. */
  stored(): AccountRow | null {
    return this.db.one<AccountRow>("SELECT * FROM account") ?? null;
  }

  isBeingDeleted(): boolean {
    return (this.stored()?.deleting_at ?? null) !== null;
  }

  person(row: AccountRow): Person {
    return { account_id: row.id, account_name: this.name, email: row.email, name: row.name };
  }

  view(row: AccountRow): AccountView {
    return {
      id: row.id,
      email: row.email,
      name: row.name,
      created_at_ms: row.created_at,
      has_password: row.password_hash !== null,
      passkeys: this.passkeys.count(),
      upstream: row.upstream_issuer === null ? null : { issuer: row.upstream_issuer, linked_at_ms: row.upstream_linked_at ?? row.created_at },
    };
  }

  transaction<Result>(work: (now: number) => Result): Result {
    return this.ctx.storage.transactionSync(() => work(Date.now()));
  }

  /** Nothing of the account is left; the same address may make a new one. */
  async erase(): Promise<void> {
    this.scheduler.stop();
    this.erased = true;
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }
}

/** An account's actor as its services see it: most addresses have no account, and then nothing is stored. */
export interface AccountHost {
  readonly env: Env;
  readonly name: string;
  readonly state: AccountState | null;
  /** Sets up the storage of an account that is about to be made. */
  open(): AccountState;
}

export interface Existing {
  state: AccountState;
  row: AccountRow;
}

/** The account behind the host, if there is one. */
export function existing(host: AccountHost): Existing | null {
  const row = host.state?.row();
  return host.state && row ? { state: host.state, row } : null;
}

/** The account, when the session's owner proved who they are a short while ago: dangerous changes begin with it. */
export function freshlyProven(host: AccountHost, session_id: string): Existing | { failure: AccountFailure } {
  const known = existing(host);
  if (!known) return { failure: "not_found" };
  return known.state.sessions.isFresh(session_id, Date.now()) ? known : { failure: "stale" };
}
