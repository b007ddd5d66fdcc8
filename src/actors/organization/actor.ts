import { Server, type Connection, type ConnectionContext, type WSMessage } from "partyserver";
import { refusedDocuments, type DocumentExecutor, type DocumentRequest, type DocumentResult } from "../../domain/documents.ts";
import type { StreamRequest } from "../../domain/events/stream.ts";
import { closeSocket, LIVE_CLOSE, type LiveOpening } from "../../domain/live.ts";
import type { Failure } from "../../domain/errors.ts";
import type { ExecuteRequest, ExecuteResult } from "../../domain/execute.ts";
import { mcpAnswerToText } from "../../domain/mcp/answer_text.ts";
import { refusedMcp, type McpAnswer, type McpCommand } from "../../domain/mcp/command.ts";
import type { McpExecutor } from "../../domain/mcp/executor.ts";
import type { McpOpening } from "../../domain/mcp/stream.ts";
import type { Provisioning } from "../../domain/organizations/new_row.ts";
import type { Credential } from "../../domain/principal.ts";
import { answerCall } from "../call.ts";
import type { Grant } from "../core/engine.ts";
import { internalFailure } from "../core/internal_failure.ts";
import { isMigrated, migrate } from "../core/migrate.ts";
import {
  documentsToText,
  LIVE_HEADER,
  liveNameOf,
  MCP_HEADER,
  organizationActor,
  readOpening,
  STREAM_HEADER,
  type TestKeyDescription,
} from "../rpc.ts";
import type { LiveConnection } from "./live/live_socket.ts";
import type { McpConnection } from "./mcp/follower.ts";
import { toSaid, type Said } from "./live/said.ts";
import { MIGRATIONS } from "./migrations/index.ts";
import type { Reader } from "./socket_judge.ts";
import { organizationServices } from "./services.ts";
import { OrganizationState, type SocketKind } from "./state.ts";
import type { StreamConnection } from "./streams/streams.ts";

/** What the live actor said of a sandbox's reader when its socket was accepted. */
const SAID_HEADER = "X-Crow-Said";

/**
 * One organization: its state, limits, jobs and open streams. Found by the organization's id; `<id>.test` is its sandbox, which holds test
 * data and asks the live actor about keys. An actor that was never provisioned stores nothing.
 */
export abstract class OrganizationActor extends Server<Env> {
  static override options = { hibernate: true };

  /** The query language that it runs documents of; handed in by the composition root. */
  protected abstract get document_executor(): DocumentExecutor;
  /** What answers to models' clients; likewise. */
  protected abstract get mcp_executor(): McpExecutor;

  private opened: OrganizationState | null = null;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    // Not in onStart: RPC does not wait for it.
    if (isMigrated(ctx.storage)) this.open();
  }

  /** `execute` for the RPC: JSON text in and out. */
  async executeText(request: string): Promise<string> {
    return JSON.stringify(await this.execute(JSON.parse(request) as ExecuteRequest));
  }

  /** Runs one request's calls. Never throws: every failure is an outcome. */
  async execute(request: ExecuteRequest): Promise<ExecuteResult> {
    try {
      const now = Date.now();
      const grant = await this.authenticate(request, now);
      if ("failure" in grant) return refused(request, grant.failure);
      if (!this.state) return refused(request, unauthenticated());
      return await this.state.core.engine.execute(request, grant, now);
    } catch (error) {
      return refused(request, internalFailure(request, error));
    }
  }

  /** Runs one request's documents: JSON text in, `documentsToText` out. Never throws. */
  async documentsText(text: string): Promise<string> {
    const request = JSON.parse(text) as DocumentRequest;
    return documentsToText(await this.documents(request).catch((error: unknown) => refusedDocuments(internalFailure(request, error))));
  }

  private async documents(request: DocumentRequest): Promise<DocumentResult> {
    const now = Date.now();
    const grant = await this.authenticate(request, now);
    if ("failure" in grant) return refusedDocuments(grant.failure);
    if (!this.state) return refusedDocuments(unauthenticated());
    return this.state.documents.execute(request, grant, now);
  }

  /** Does what one message of a model's client asks: an McpCommand as JSON in, `mcpAnswerToText` out. Never throws. */
  async mcpText(text: string): Promise<string> {
    const command = JSON.parse(text) as McpCommand;
    return mcpAnswerToText(await this.mcp(command).catch((error: unknown) => refusedMcp(internalFailure(command, error))));
  }

  private async mcp(command: McpCommand): Promise<McpAnswer> {
    const now = Date.now();
    const grant = await this.authenticate(command, now);
    if ("failure" in grant) return refusedMcp(grant.failure);
    if (!this.state) return refusedMcp(unauthenticated());
    return this.state.mcp.answer(command, grant, now);
  }

  /** A service by name (see `services.ts`), as JSON text; null while no organization is here. */
  async callText(method: string, input: string): Promise<string> {
    if (!this.state?.row()) return "null";
    return answerCall(organizationServices(this.state), method, input);
  }

  /** First start of an organization, by the directory. Idempotent. */
  provision(provisioning: Provisioning): void {
    this.open().provision(provisioning);
  }

  /** Asked by the sandbox on each request, so that a revocation holds at once. */
  describeTestKey(credential: Credential, ip: string | null, origin: string | null): TestKeyDescription {
    const organization = this.state?.row() ?? null;
    if (!this.state || !organization) return { grant: { failure: unauthenticated() }, organization: null, expires_at_ms: null };
    const grant = this.state.authenticate(credential, ip, origin, Date.now());
    if (!("failure" in grant)) this.state.core.meter.used(grant.principal.id);
    const expires_at_ms = credential.kind === "api_key" ? this.state.keys.endOf(credential) : null;
    return { grant, organization, expires_at_ms };
  }

  /** Erases everything this actor holds; used on a sandbox whose organization is deleted. */
  async erase(): Promise<void> {
    await this.state?.erase();
  }

  /** Only the edge gets here, with an inner socket: for a stream that it has authorized, or for what is judged here. */
  override async fetch(request: Request): Promise<Response> {
    const { headers } = request;
    if (headers.get("Upgrade") !== "websocket") return new Response(null, { status: 404 });
    const [live, mcp] = [headers.get(LIVE_HEADER), headers.get(MCP_HEADER)];
    if (live !== null) {
      const opening = readOpening<LiveOpening>(live);
      return this.openJudged(request, opening, (grant) => this.state?.live.refusal(opening, grant) ?? null);
    }
    if (mcp !== null) {
      const opening = readOpening<McpOpening>(mcp);
      return this.openJudged(request, opening, (grant) => this.state?.mcp.refusal(opening, grant) ?? null);
    }
    return this.state && headers.has(STREAM_HEADER) ? super.fetch(request) : new Response(null, { status: 404 });
  }

  /** The socket, or the Failure that keeps the caller out. */
  private async openJudged(request: Request, reader: Reader, refuse: (grant: Grant) => Failure | null): Promise<Response> {
    const live = liveNameOf(this.name);
    const said = live === null ? null : toSaid(await this.askLiveActor(live, reader));
    const judged = said ?? { grant: await this.authenticate(reader, Date.now()) };
    const grant = "failure" in judged ? judged : judged.grant;
    const failure = "failure" in grant ? grant.failure : refuse(grant);
    if (failure) return Response.json(failure);
    const accepted = new Request(request);
    accepted.headers.set(SAID_HEADER, encodeURIComponent(JSON.stringify(said)));
    return super.fetch(accepted);
  }

  override getConnectionTags(_connection: Connection, { request: { headers } }: ConnectionContext): SocketKind[] {
    if (headers.has(LIVE_HEADER)) return ["live"];
    return [headers.has(MCP_HEADER) ? "mcp" : "stream"];
  }

  override onConnect(connection: Connection, { request: { headers } }: ConnectionContext): void {
    const [live, mcp] = [headers.get(LIVE_HEADER), headers.get(MCP_HEADER)];
    if (live === null && mcp === null) {
      this.state?.streams.open(connection as StreamConnection, JSON.parse(headers.get(STREAM_HEADER)!) as StreamRequest);
      return;
    }
    if (!this.state) {
      closeSocket(connection, { code: LIVE_CLOSE.unauthenticated, reason: "The organization was deleted" });
      return;
    }
    const said = JSON.parse(decodeURIComponent(headers.get(SAID_HEADER)!)) as Said | null;
    if (live !== null) this.state.live.open(connection as LiveConnection, readOpening(live), said);
    else this.state.mcp.open(connection as McpConnection, mcp!, said);
  }

  /** Other streams only listen. */
  override async onMessage(connection: Connection, message: WSMessage): Promise<void> {
    if (!isOfKind(connection, "live")) return;
    await this.state?.live.receive(connection as LiveConnection, String(message), (opening, now) => this.authenticate(opening, now));
  }

  override async onClose(connection: Connection): Promise<void> {
    if (isOfKind(connection, "mcp")) await this.state?.mcp.closed(connection);
    else this.state?.live.closed(connection);
  }

  override async onError(connection: Connection, error: unknown): Promise<void> {
    console.warn(JSON.stringify({ level: "warn", error: String(error) }));
    await this.onClose(connection);
  }

  override async onAlarm(): Promise<void> {
    await this.state?.core.scheduler.run();
  }

  private async authenticate(
    { credential, ip, origin }: Pick<ExecuteRequest, "credential" | "ip" | "origin">,
    now: number,
  ): Promise<Grant | { failure: Failure }> {
    const live = liveNameOf(this.name);
    if (live === null) {
      if (!this.state?.row()) return { failure: credential.kind === "operator" ? unknownOrganization() : unauthenticated() };
      return this.state.authenticate(credential, ip, origin, now);
    }
    return (await this.askLiveActor(live, { credential, ip, origin })).grant;
  }

  /** What a sandbox's live actor says of a caller; the sandbox takes over its organization's settings with it. */
  private async askLiveActor(
    live: string,
    { credential, ip, origin }: Pick<ExecuteRequest, "credential" | "ip" | "origin">,
  ): Promise<TestKeyDescription> {
    const said = await organizationActor(this.env, live).describeTestKey(credential, ip, origin);
    if (said.organization && !("failure" in said.grant)) this.open().mirror(said.organization);
    return said;
  }

  private open(): OrganizationState {
    if (this.state) return this.state;
    migrate(this.ctx.storage, MIGRATIONS);
    this.opened = new OrganizationState(
      this.ctx,
      this.env,
      this.name,
      (kind) => this.getConnections(kind),
      this.document_executor,
      this.mcp_executor,
      (reader) => this.askLiveActor(liveNameOf(this.name)!, reader),
    );
    return this.opened;
  }

  /** Null while nothing was ever provisioned here, and again once everything was erased. */
  private get state(): OrganizationState | null {
    return this.opened?.erased ? null : this.opened;
  }
}

function isOfKind({ tags }: Connection, kind: SocketKind): boolean {
  return tags.includes(kind);
}

function refused(request: ExecuteRequest, failure: Failure): ExecuteResult {
  return { outcomes: request.calls.map(() => ({ ok: false, failure })), limit: null, retry_after_s: null, rows_read: 0, rows_written: 0 };
}

function unauthenticated(): Failure {
  return {
    code: "UNAUTHENTICATED",
    message: "This credential is not valid; send an API key or an access token as Authorization: Bearer …",
    details: {},
  };
}

function unknownOrganization(): Failure {
  return { code: "NOT_FOUND", message: "No such organization", details: { resource: "organization" } };
}
