import type { Call, Outcome } from "../../../domain/execute.ts";
import type { McpHost } from "../../../domain/mcp/executor.ts";
import { MCP_ERROR, McpError } from "../../../domain/mcp/message.ts";
import type { Organization } from "../../../domain/organizations/organization.ts";
import type { Principal } from "../../../domain/principal.ts";
import type { LimitState } from "../../../domain/rate_limit.ts";
import type { Scope } from "../../../domain/scopes.ts";
import { ChargedHost, type Payment } from "../../core/charged_host.ts";
import type { Core } from "../../core/core.ts";
import type { EngineRequest, Grant } from "../../core/engine.ts";

const SIGNED_FOR = "mcp";

/** Where sessions' subscriptions go. */
export interface Subscriptions {
  /** Throws McpError where there are too many. */
  add(session_id: string, uri: string): void;
  remove(session_id: string, uri: string): void;
}

/** What was paid, as the answer shows it. */
export interface ShownPayment {
  charged: number;
  limit: LimitState | null;
}

/** What a running request may ask of the actor. */
export class RequestHost implements McpHost {
  readonly principal: Principal;
  readonly charged: number;
  readonly limit: LimitState | null;
  private readonly paid: ChargedHost;
  private readonly used = new Set<Scope>();

  /** `payment`: null for what was paid for before, where nothing is counted any more. */
  constructor(
    private readonly core: Core,
    request: EngineRequest,
    grant: Grant,
    readonly now: number,
    payment: Payment | null,
    shown: ShownPayment,
    private readonly session_id: string | null,
    private readonly subscriptions: Subscriptions,
  ) {
    this.principal = grant.principal;
    this.charged = shown.charged;
    this.limit = shown.limit;
    this.paid = new ChargedHost(core, request, grant, now, payment);
  }

  get organization(): Organization {
    return this.core.organization();
  }

  /** What it took to run the operations that ran. */
  get scopes(): Scope[] {
    return [...this.used];
  }

  call(call: Call): Outcome {
    const outcome = this.paid.call(call);
    const scope = this.core.engine.scopeOf(call.operation);
    if (outcome.ok && scope) this.used.add(scope);
    return outcome;
  }

  relate(relation: string, parents: readonly unknown[], input: unknown): Outcome {
    return this.paid.relate(relation, parents, input);
  }

  /** Counts what was charged beyond the operations' own cost. */
  meterUnattributed(): void {
    this.paid.meterUnattributed();
  }

  sign(text: string): string {
    return this.core.vault.sign(SIGNED_FOR, text);
  }

  verify(text: string, signature: string): boolean {
    return this.core.vault.verify(SIGNED_FOR, text, signature);
  }

  subscribe(uri: string): void {
    this.subscriptions.add(this.inSession(), uri);
  }

  unsubscribe(uri: string): void {
    this.subscriptions.remove(this.inSession(), uri);
  }

  private inSession(): string {
    if (this.session_id !== null) return this.session_id;
    throw new McpError(MCP_ERROR.invalid_request, "Only a session subscribes; without one, use subscriptions/listen");
  }
}
