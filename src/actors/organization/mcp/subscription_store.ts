import type { Database } from "../../../domain/database.ts";
import type { Failure } from "../../../domain/errors.ts";
import { MCP_ERROR, McpError } from "../../../domain/mcp/message.ts";
import { MCP_SUBSCRIPTIONS_MAX, MCP_URI_LENGTH_MAX } from "../../../domain/mcp/stream.ts";
import type { Subscriptions } from "./request_host.ts";

/** The resources that sessions follow. */
export class SubscriptionStore implements Subscriptions {
  constructor(
    private readonly db: Database,
    private readonly sessions: { refusal(session_id: string): Failure | null; changed(session_id: string): void },
  ) {}

  /** Throws McpError where there are too many. Again for what is followed already changes nothing. */
  add(session_id: string, uri: string): void {
    if (uri.length > MCP_URI_LENGTH_MAX) throw new McpError(MCP_ERROR.invalid_params, `A URI has at most ${MCP_URI_LENGTH_MAX} characters`);
    const uris = this.of(session_id);
    if (uris.includes(uri)) return;
    if (uris.length >= MCP_SUBSCRIPTIONS_MAX)
      throw new McpError(MCP_ERROR.server, `A session follows at most ${MCP_SUBSCRIPTIONS_MAX} resources; unsubscribe from one first`, {
        code: "CONFLICT",
        details: { limit: MCP_SUBSCRIPTIONS_MAX },
      });
    const refused = this.sessions.refusal(session_id);
    if (refused) throw new McpError(MCP_ERROR.server, refused.message, { code: refused.code, details: refused.details });
    this.db.run("INSERT INTO mcp_subscriptions (session_id, uri) VALUES (?, ?)", session_id, uri);
    this.sessions.changed(session_id);
  }

  remove(session_id: string, uri: string): void {
    this.db.run("DELETE FROM mcp_subscriptions WHERE session_id = ? AND uri = ?", session_id, uri);
    this.sessions.changed(session_id);
  }

  of(session_id: string): string[] {
    return this.db.all<{ uri: string }>("SELECT uri FROM mcp_subscriptions WHERE session_id = ?", session_id).map(({ uri }) => uri);
  }
}
