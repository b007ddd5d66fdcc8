import { Agent, type Connection } from "agents";
import { CrowConnection } from "./connection.ts";
import { EXAMPLES, understand } from "./questions.ts";
import type { Env } from "./worker.ts";

export const CALLBACK_PATH = "/callback";
/** What those who watch are told of: the figures of the latest days. */
const WATCHED = "crow://insights/latest";
const FOLLOW_AGAIN_S = 10;

type Following = ReturnType<CrowConnection["follow"]>;

/** Kept over evictions, and sent to everybody who watches whenever it changes. */
export interface AgentState {
  answered: number;
  /** The last resource that CROW said has changed; its new content is there to be read. */
  changed: { uri: string; at: string } | null;
}

/** Answers questions about an organization's customers from what CROW knows. No model is needed: see the README for how to put one in. */
export class CrowAgent extends Agent<Env, AgentState> {
  static override options = { sendIdentityOnConnect: false };
  override initialState: AgentState = { answered: 0, changed: null };
  private origin = "";
  private readonly crow = new CrowConnection(this.mcp, this.env, () => this.origin + CALLBACK_PATH);
  private following: Following | null = null;

  override onStart(): void {
    this.mcp.configureOAuthCallback({
      customHandler: ({ authSuccess, authError }) =>
        new Response(authSuccess ? "The Agent may now ask CROW. You can close this window." : `CROW did not let the Agent in: ${authError}`, {
          status: authSuccess ? 200 : 400,
        }),
    });
  }

  override async onRequest(request: Request): Promise<Response> {
    const { pathname, origin } = new URL(request.url);
    this.origin = origin;
    try {
      const connected = await this.crow.open();
      if (connected.state === "authenticating") {
        return Response.json({ error: "A person has to let the Agent in.", authorize_url: connected.authorize_url }, { status: 403 });
      }
      if (request.method === "GET" && pathname === "/tools") return Response.json({ tools: this.crow.tools() });
      if (request.method === "POST" && pathname === "/ask") return await this.ask(request);
      return Response.json({ error: "There are GET /tools, POST /ask and a WebSocket at /watch." }, { status: 404 });
    } catch (error) {
      return Response.json({ error: error instanceof Error ? error.message : String(error) }, { status: 502 });
    }
  }

  private async ask(request: Request): Promise<Response> {
    const body = await request.json<{ question?: unknown }>().catch(() => null);
    if (typeof body?.question !== "string") return Response.json({ error: 'Send {"question": "…"}.' }, { status: 400 });
    const call = understand(body.question, new Date());
    if (!call) return Response.json({ error: "This Agent does not know how to find that out.", it_can_answer: EXAMPLES }, { status: 422 });
    const result = await this.crow.read(call.tool, call.arguments);
    this.setState({ ...this.state, answered: this.state.answered + 1 });
    const text = result.content.map((block) => (block.type === "text" ? block.text : "")).join("\n");
    return Response.json({ ...call, text, data: result.structuredContent ?? null }, { status: result.isError ? 422 : 200 });
  }

  /** Who watches is told the state and does not set it. */
  override validateStateChange(_next: AgentState, source: Connection | "server"): void {
    if (source !== "server") throw new Error("The state is the Agent's to set");
  }

  /** CROW is followed while somebody watches, and only then: there is nobody else to tell. */
  override async onConnect(): Promise<void> {
    await this.scheduleEvery(FOLLOW_AGAIN_S, "follow");
    await this.follow();
  }

  override async onClose(connection: Connection): Promise<void> {
    if ([...this.getConnections()].every(({ id }) => id === connection.id)) await this.stopFollowing();
  }

  /** Called every few seconds too: a stream ends when CROW is restarted or the Agent evicted, and nobody else would open it again. */
  async follow(): Promise<void> {
    if ([...this.getConnections()].length === 0) return this.stopFollowing();
    if ((await this.crow.open()).state !== "ready" || this.following) return;
    this.following = this.crow.follow(WATCHED, (uri) => this.setState({ ...this.state, changed: { uri, at: now() } }));
    void this.forgetOnceEnded(this.following);
  }

  private async forgetOnceEnded(following: Following): Promise<void> {
    try {
      const { ended } = await following;
      await ended;
    } catch (error) {
      console.warn("CROW cannot be followed now:", error);
    }
    if (this.following === following) this.following = null;
  }

  private async stopFollowing(): Promise<void> {
    const { id } = await this.scheduleEvery(FOLLOW_AGAIN_S, "follow");
    await this.cancelSchedule(id);
    const following = this.following;
    this.following = null;
    await following?.then(
      (stream) => stream.stop(),
      () => undefined,
    );
  }
}

function now(): string {
  return new Date().toISOString();
}
