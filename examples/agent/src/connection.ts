import type { MCPClientManager } from "agents/mcp/client";
import type { Env } from "./worker.ts";

/** What the connection is kept under in the Agent's own database, from where every wake-up restores it. */
const SERVER_ID = "crow";
const RESTORE_MS_MAX = 10_000;

export type Connected = { state: "ready" } | { state: "authenticating"; authorize_url: string };
export type ToolResult = Awaited<ReturnType<MCPClientManager["callTool"]>>;

/** The Agent's one connection to CROW: made when it is first needed, restored after an eviction, made anew when CROW was restarted or the key changed. */
export class CrowConnection {
  constructor(
    private readonly mcp: MCPClientManager,
    private readonly env: Env,
    /** Where CROW sends the browser back to after a person let the Agent in. */
    private readonly callback_url: () => string,
  ) {}

  /** Returns once tools can be called, or where a person has to go first. Throws where CROW cannot be reached or refuses the key. */
  async open(): Promise<Connected> {
    await this.mcp.waitForConnections({ timeout: RESTORE_MS_MAX });
    return this.live?.connectionState === "ready" && this.hasPresentKey ? { state: "ready" } : this.reopen();
  }

  /** Calls a tool that only reads: it may run twice, since a connection that turns out to be dead is opened again. */
  async read(name: string, args: Record<string, unknown>): Promise<ToolResult> {
    const call = (): Promise<ToolResult> => this.mcp.callTool({ serverId: SERVER_ID, name, arguments: args });
    try {
      return await call();
    } catch {
      const connected = await this.reopen();
      if (connected.state !== "ready") throw new Error(`CROW wants a person to sign in again: ${connected.authorize_url}`);
      return call();
    }
  }

  tools(): { name: string; title: string | undefined; description: string | undefined }[] {
    return this.mcp.listTools({ serverId: SERVER_ID }).map(({ name, title, description }) => ({ name, title, description }));
  }

  /** Tells whenever what a resource says has changed. Returns how to stop, and a promise for when CROW ended it. */
  async follow(uri: string, changed: (uri: string) => void): Promise<{ stop: () => Promise<void>; ended: Promise<unknown> }> {
    const { client } = this.live!;
    client.setNotificationHandler("notifications/resources/updated", ({ params }) => changed(params.uri));
    const subscription = await client.listen({ resourceSubscriptions: [uri] });
    return { stop: () => subscription.close(), ended: subscription.closed };
  }

  private get live(): MCPClientManager["mcpConnections"][string] | undefined {
    return this.mcp.mcpConnections[SERVER_ID];
  }

  /** The library keeps the header with the connection, and an old key with it. */
  private get hasPresentKey(): boolean {
    const transport = this.live?.options.transport;
    const kept = transport && "requestInit" in transport ? new Headers(transport.requestInit?.headers).get("Authorization") : null;
    return kept === this.authorization;
  }

  private get authorization(): string | null {
    return this.env.CROW_API_KEY ? `Bearer ${this.env.CROW_API_KEY}` : null;
  }

  private async reopen(): Promise<Connected> {
    const Authorization = this.authorization;
    // What a person allowed is kept with the connection, and worth keeping.
    if (!this.hasPresentKey) await this.mcp.removeServer(SERVER_ID);
    if (!this.live) {
      await this.mcp.registerServer(SERVER_ID, {
        name: "CROW",
        url: this.env.CROW_URL,
        ...(Authorization
          ? { transport: { type: "streamable-http", requestInit: { headers: { Authorization } } } }
          : { callbackUrl: this.callback_url(), transport: { type: "streamable-http" } }),
      });
    }
    const connected = await this.mcp.connectToServer(SERVER_ID);
    if (connected.state === "authenticating") return { state: "authenticating", authorize_url: connected.authUrl };
    if (connected.state === "failed") throw new Error(`CROW at ${this.env.CROW_URL}: ${connected.error}`);
    const discovered = await this.mcp.discoverIfConnected(SERVER_ID);
    if (!discovered?.success) throw new Error(`CROW at ${this.env.CROW_URL}: ${discovered?.error ?? "the connection is gone"}`);
    return { state: "ready" };
  }
}
