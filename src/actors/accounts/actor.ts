import { Server } from "partyserver";
import { answerCall } from "../call.ts";
import { isMigrated, migrate } from "../core/migrate.ts";
import { accountJobs } from "./jobs.ts";
import { ACCOUNT_MIGRATIONS } from "./migrations.ts";
import { accountServices } from "./services.ts";
import { AccountState, type AccountHost } from "./state.ts";

/**
 * One person's account: how they prove who they are, their sessions, and a copy of which organizations they belong to. Named by a keyed hash of
 * the e-mail address. An address without an account stores nothing, and answers as an account with another password does.
 */
export class AccountActor extends Server<Env> {
  private readonly host: AccountHost;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.host = new LazyAccount(ctx, env, this.name);
    // Not in onStart: RPC does not wait for it.
    if (isMigrated(ctx.storage)) this.host.open();
  }

  /** A service by name (see `services.ts`), as JSON text. */
  async callText(method: string, input: string): Promise<string> {
    return answerCall(accountServices(this.host), method, input);
  }

  override async onAlarm(): Promise<void> {
    await this.host.state?.scheduler.run();
  }
}

class LazyAccount implements AccountHost {
  private opened: AccountState | null = null;

  constructor(
    private readonly ctx: DurableObjectState,
    readonly env: Env,
    readonly name: string,
  ) {}

  get state(): AccountState | null {
    return this.opened?.erased ? null : this.opened;
  }

  open(): AccountState {
    if (this.state) return this.state;
    migrate(this.ctx.storage, ACCOUNT_MIGRATIONS);
    this.opened = new AccountState(this.ctx, this.env, this.name, accountJobs);
    return this.opened;
  }
}
