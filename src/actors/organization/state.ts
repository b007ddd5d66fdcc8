import type { Connection } from "partyserver";
import { changesAuthority } from "../../domain/authority.ts";
import type { DocumentExecutor } from "../../domain/documents.ts";
import type { Failure } from "../../domain/errors.ts";
import type { McpExecutor } from "../../domain/mcp/executor.ts";
import type { Provisioning } from "../../domain/organizations/new_row.ts";
import { toOrganization, writeOrganization, type OrganizationRow } from "../../domain/organizations/rows.ts";
import type { Organization } from "../../domain/organizations/organization.ts";
import { ALL_SCOPES } from "../../domain/scopes.ts";
import type { Credential } from "../../domain/principal.ts";
import { OPERATIONS_BY_NAME } from "../../domain/registry.ts";
import { KeyAuthenticator } from "../core/authenticate.ts";
import { exportKey, openBlobStore } from "../blobs/open.ts";
import { buildCore, type Core } from "../core/core.ts";
import { Documents } from "../core/documents.ts";
import type { Grant } from "../core/engine.ts";
import { liveNameOf } from "../rpc.ts";
import { exportJobs } from "./exports/jobs.ts";
import { organizationJobs } from "./jobs.ts";
import { LiveQueries } from "./live/live_queries.ts";
import type { LiveConnection } from "./live/live_socket.ts";
import type { AskLiveActor } from "./live/said.ts";
import type { McpConnection } from "./mcp/follower.ts";
import { mcpJobs } from "./mcp/jobs.ts";
import { Mcp } from "./mcp/mcp.ts";
import { GrantAuthenticator } from "./oauth/grant_authenticator.ts";
import { Streams, type StreamConnection } from "./streams/streams.ts";
import { webhookJobs } from "./webhooks/jobs.ts";
import { WebhookOutbox } from "./webhooks/outbox.ts";

/** What an inner socket from the edge carries: an event stream, a GraphQL connection, or what a model's client follows. */
export type SocketKind = "stream" | "live" | "mcp";

/** What removes or corrects data with no event that says which. */
const REMOVALS = new Set(["interactions.erase", "interactions.retention", "rollups.rebuild"]);

/** A provisioned organization's working parts and the caches of its own rows. */
export class OrganizationState {
  readonly core: Core;
  readonly documents: Documents;
  readonly keys: KeyAuthenticator;
  readonly grants: GrantAuthenticator;
  readonly streams: Streams;
  readonly live: LiveQueries;
  readonly mcp: Mcp;
  readonly webhooks: WebhookOutbox;
  /** Test data only; keys are the live actor's. */
  readonly isSandbox: boolean;
  erased = false;
  private cached: { row: OrganizationRow; organization: Organization } | null = null;

  constructor(
    readonly ctx: DurableObjectState,
    readonly env: Env,
    readonly name: string,
    connections: (kind: SocketKind) => Iterable<Connection>,
    document_executor: DocumentExecutor,
    mcp_executor: McpExecutor,
    askLiveActor: AskLiveActor,
  ) {
    this.isSandbox = liveNameOf(name) !== null;
    this.core = buildCore({
      storage: ctx.storage,
      root_secret: env.CROW_SECRET,
      owner: name,
      operations: OPERATIONS_BY_NAME,
      organization: () => this.organization(),
      changed: (operation) => this.changed(operation),
      onAppend: (event) => this.webhooks.queue(event),
      publish: (events) => {
        this.streams.publish(events);
        this.live.publish(events);
        this.mcp.publish(events);
      },
    });
    this.documents = new Documents(this.core, document_executor);
    this.keys = new KeyAuthenticator(this.core.db);
    this.grants = new GrantAuthenticator(this.core.db);
    this.streams = new Streams(this, () => connections("stream") as Iterable<StreamConnection>);
    this.live = new LiveQueries(this, document_executor, () => connections("live") as Iterable<LiveConnection>, askLiveActor);
    this.mcp = new Mcp(this, mcp_executor, () => connections("mcp") as Iterable<McpConnection>, askLiveActor);
    this.core.meter.onRecord = () => this.live.usageChanged();
    this.webhooks = new WebhookOutbox(this.core);
    Object.assign(this.core.handlers, organizationJobs(this), exportJobs(this), webhookJobs(this), mcpJobs(this));
    this.core.scheduler.arm();
  }

  /** Who the credential is here and what bounds it, or why it is refused. */
  authenticate(credential: Credential, ip: string | null, origin: string | null, now: number): Grant | { failure: Failure } {
    if (credential.kind === "operator") return { principal: { kind: "operator", id: "operator", scopes: "all" }, limits: null };
    if (credential.kind === "access_token") return this.grants.authenticate(credential, this.organization(), now);
    return this.keys.authenticate(credential, this.organization(), ip, origin, now);
  }

  row(): OrganizationRow | null {
    if (!this.cached) {
      const row = this.core.db.one<OrganizationRow>("SELECT * FROM organizations");
      if (row) this.cached = { row, organization: toOrganization(row) };
    }
    return this.cached?.row ?? null;
  }

  organization(): Organization {
    this.row();
    if (!this.cached) throw new Error("The organization was deleted");
    return this.cached.organization;
  }

  /** Writes the organization and its first key, if it has one, unless they are there. */
  provision({ organization, api_key }: Provisioning): void {
    if (this.row()) return;
    this.ctx.storage.transactionSync(() => {
      writeOrganization(this.core.db, organization);
      if (api_key) this.writeFirstKey(api_key, organization.created_at);
      this.core.scheduler.schedule({ kind: "maintenance.daily", key: "", run_at_ms: organization.created_at });
    });
  }

  private writeFirstKey(api_key: NonNullable<Provisioning["api_key"]>, created_at: number): void {
    this.core.db.run(
      `INSERT INTO api_keys (id, name, secret_hash, hint, environment, publishable, scopes, created_at, updated_at, version)
       VALUES (?, 'First key', ?, ?, 'live', 0, ?, ?, ?, 1)`,
      api_key.id,
      api_key.secret_hash,
      api_key.hint,
      JSON.stringify(ALL_SCOPES),
      created_at,
      created_at,
    );
  }

  /** A sandbox takes over its organization's settings from the live actor. */
  mirror(organization: OrganizationRow): void {
    const known = this.row();
    if (known?.version === organization.version) return;
    this.ctx.storage.transactionSync(() => {
      writeOrganization(this.core.db, organization);
      if (!known) this.core.scheduler.schedule({ kind: "maintenance.daily", key: "", run_at_ms: organization.created_at });
    });
    this.cached = null;
    this.live.authorityChanged();
    this.mcp.authorityChanged();
  }

  /** Runs a job's writes as one transaction and then tells live readers of its events. */
  transaction<Result>(work: (now: number) => Result): Result {
    try {
      const result = this.ctx.storage.transactionSync(() => work(Date.now()));
      this.core.journal.committed();
      return result;
    } catch (error) {
      this.core.journal.rolledBack();
      throw error;
    }
  }

  /** Files first, then every table: what is left after a crash still knows what to erase. */
  async erase(): Promise<void> {
    this.live.end();
    this.mcp.end();
    this.core.stop();
    this.erased = true;
    const blobs = openBlobStore(this.env);
    const uploads = this.core.db.all<{ id: string; upload_id: string }>(
      "SELECT id, upload_id FROM exports WHERE status = 'running' AND upload_id IS NOT NULL",
    );
    for (const { id, upload_id } of uploads) await blobs.abort(exportKey(this.name, id), upload_id);
    await blobs.deleteFolder(`${this.name}/`);
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }

  /** Drops the caches of what was changed. `change` is an operation's name, or its family with the point (`members.`). */
  changed(change: string): void {
    if (change.startsWith("organizations.")) this.cached = null;
    const is_authority = changesAuthority(change);
    if (is_authority) {
      this.keys.invalidate();
      this.grants.invalidate();
      this.streams.closeRevoked();
      this.mcp.authorityChanged();
    }
    // A stored document lets live subscriptions in too.
    if (is_authority || change.startsWith("persisted_operations.")) this.live.authorityChanged();
    if (REMOVALS.has(change)) this.live.dataRemoved();
    if (change.startsWith("webhooks.")) this.webhooks.invalidate();
  }
}
