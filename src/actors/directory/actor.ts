import { Server } from "partyserver";
import { createAccountRecovery } from "../../domain/account_recovery/create.ts";
import type { DocumentExecutor, DocumentRequest } from "../../domain/documents.ts";
import type { ExecuteRequest, ExecuteResult } from "../../domain/execute.ts";
import { createOrganization } from "../../domain/organizations/create.ts";
import { foundOrganization } from "../../domain/organizations/found.ts";
import type { Provisioning } from "../../domain/organizations/new_row.ts";
import { findOrganization, writeOrganization, type OrganizationRow } from "../../domain/organizations/rows.ts";
import { DEPLOYMENT_OPERATIONS } from "../../domain/registry.ts";
import { buildCore, type Core } from "../core/core.ts";
import { Documents } from "../core/documents.ts";
import type { Grant } from "../core/engine.ts";
import { migrate } from "../core/migrate.ts";
import { documentsToText, organizationActor } from "../rpc.ts";
import { directoryJobs, scheduleDaily } from "./jobs.ts";
import { DIRECTORY_MIGRATIONS } from "./migrations.ts";
import { forgetPerson, recoveryJobs, type ForgottenPerson } from "./people.ts";
import { keySet, type KeySet } from "./signing_keys.ts";

const OPERATIONS = new Map([...DEPLOYMENT_OPERATIONS, foundOrganization].map((operation) => [operation.name, operation]));

/** These come with a job that the caller need not wait for the alarm with. */
const STARTED_AT_ONCE: ReadonlySet<string> = new Set([createOrganization.name, foundOrganization.name, createAccountRecovery.name]);

const OPERATOR: Grant = { principal: { kind: "operator", id: "operator", scopes: "all" }, limits: null };

/**
 * What belongs to the deployment and to no organization: the operator's list of organizations (who exists, nothing of what is in them) and the keys that sign tokens. The
 * one place that creates an organization.
 */
export abstract class DirectoryActor extends Server<Env> {
  /** The query language that it runs documents of; handed in by the composition root. */
  protected abstract get document_executor(): DocumentExecutor;
  private readonly core: Core;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    migrate(ctx.storage, DIRECTORY_MIGRATIONS);
    this.core = buildCore({
      storage: ctx.storage,
      root_secret: env.CROW_SECRET,
      owner: "directory",
      operations: OPERATIONS,
      organization: () => {
        throw new Error("The directory belongs to no organization");
      },
      changed: () => {},
      onAppend: () => {},
      publish: () => {},
    });
    this.core.handlers["organization.provision"] = async ({ key, payload }) => this.provision(key, payload as Provisioning);
    Object.assign(this.core.handlers, directoryJobs(this.core), recoveryJobs(env));
    scheduleDaily(this.core);
    this.core.scheduler.arm();
  }

  /** `execute` for the RPC: JSON text in and out. */
  async executeText(request: string): Promise<string> {
    return JSON.stringify(await this.execute(JSON.parse(request) as ExecuteRequest));
  }

  /** Runs the operator's calls; an organization that was just created is ready, and a recovery link works, when this answers. */
  async execute(request: ExecuteRequest): Promise<ExecuteResult> {
    const result = await this.core.engine.execute(request, OPERATOR, Date.now());
    // The alarm finishes it after a crash.
    if (request.calls.some(({ operation }) => STARTED_AT_ONCE.has(operation))) {
      await this.core.scheduler.run();
      for (const outcome of result.outcomes) {
        if (outcome.ok && isOrganization(outcome.value))
          outcome.value.status = findOrganization(this.core.db, outcome.value.id)?.status ?? outcome.value.status;
      }
    }
    return result;
  }

  /** Runs the operator's documents: JSON text in, `documentsToText` out. */
  async documentsText(text: string): Promise<string> {
    const request = JSON.parse(text) as DocumentRequest;
    const result = await new Documents(this.core, this.document_executor).execute(request, OPERATOR, Date.now());
    if (request.documents.some(({ operations }) => operations.some((operation) => STARTED_AT_ONCE.has(operation)))) await this.core.scheduler.run();
    return documentsToText(result);
  }

  /** The deployment's keys for tokens; the edge caches them. */
  keySet(): KeySet {
    return keySet(this.core);
  }

  /** A person's new organization, for their account's actor, which may ask again with the same key after a crash. It is ready when this answers. */
  async found(input: { name: string; account_id: string }, idempotency_key: string): Promise<{ organization_id: string }> {
    const { outcomes } = await this.execute({
      credential: { kind: "operator" },
      calls: [{ operation: foundOrganization.name, input, idempotency_key }],
      protocol: "account",
      request_id: idempotency_key,
      ip: null,
      origin: null,
      base_url: "",
    });
    const [outcome] = outcomes;
    if (!outcome?.ok) throw new Error(`The organization was not made: ${outcome?.failure.message}`);
    const organization_id = (outcome.value as { id: string }).id;
    if (findOrganization(this.core.db, organization_id)?.status === "pending") throw new Error("The organization is not ready yet");
    return { organization_id };
  }

  /** Somebody deleted their account. */
  forgetPerson(person: ForgottenPerson): void {
    forgetPerson(this.core, person);
  }

  /** Whether storage answers and, where one is named, the demo organization is there. */
  isReady(demo_slug: string | null): boolean {
    const found = this.core.db.one<{ n: number }>("SELECT count(*) AS n FROM organizations WHERE slug = ? AND status = 'active'", demo_slug ?? "");
    return demo_slug === null || (found?.n ?? 0) > 0;
  }

  /** Takes over a changed organization, unless a newer version is known. */
  sync(row: OrganizationRow): void {
    const known = findOrganization(this.core.db, row.id);
    if (known && known.version <= row.version) writeOrganization(this.core.db, row);
  }

  remove(organization_id: string): void {
    this.core.db.run("DELETE FROM organizations WHERE id = ?", organization_id);
  }

  override async onAlarm(): Promise<void> {
    await this.core.scheduler.run();
  }

  private async provision(organization_id: string, provisioning: Provisioning): Promise<void> {
    await organizationActor(this.env, organization_id).provision(provisioning);
    this.core.db.run("UPDATE organizations SET status = 'active' WHERE id = ?", organization_id);
  }
}

function isOrganization(value: unknown): value is { id: string; status: string } {
  return typeof value === "object" && value !== null && "id" in value && "status" in value && "tier" in value;
}
