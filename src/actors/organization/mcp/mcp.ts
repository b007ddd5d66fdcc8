import { OperationError } from "../../../domain/errors.ts";
import { refusedMcp, type McpAnswer, type McpCommand, type McpReply } from "../../../domain/mcp/command.ts";
import type { McpExecutor } from "../../../domain/mcp/executor.ts";
import { MCP_ERROR } from "../../../domain/mcp/message.ts";
import type { Grant } from "../../core/engine.ts";
import type { OrganizationState } from "../state.ts";
import { senderOf } from "./asked_request.ts";
import { ownerOf } from "./owner.ts";
import type { FollowedResources } from "./request_host.ts";
import { Requests } from "./requests.ts";
import { SessionStore, type McpSession } from "./session_store.ts";
import { SubscriptionStore } from "./subscription_store.ts";

/** The organization's side of the Model Context Protocol: sessions, requests, what goes on after them, and who is told of changes. */
export class Mcp {
  private readonly sessions: SessionStore;
  private readonly subscriptions: SubscriptionStore;
  private readonly requests: Requests;

  constructor(
    private readonly state: OrganizationState,
    executor: McpExecutor,
  ) {
    const { db, vault, scheduler } = state.core;
    this.sessions = new SessionStore(db, vault, scheduler);
    this.subscriptions = new SubscriptionStore(db);
    this.requests = new Requests(state.core, executor);
  }

  /** Does what one message of a client asks. Throws only what is our fault. */
  async answer(command: McpCommand, grant: Grant, now: number): Promise<McpAnswer> {
    try {
      return await this.obey(command, grant, now);
    } catch (error) {
      if (error instanceof OperationError) return refusedMcp(error.toFailure());
      throw error;
    }
  }

  /** The end of a session's time, unless it was used meanwhile. */
  sessionIsDue(id: string): { run_again_at_ms: number } | undefined {
    const expires_at = this.sessions.endOf(id);
    if (expires_at === null) return undefined;
    if (expires_at > Date.now()) return { run_again_at_ms: expires_at };
    this.sessions.remove(id);
    return undefined;
  }

  private async obey(command: McpCommand, grant: Grant, now: number): Promise<McpAnswer> {
    const owner = ownerOf(grant.principal);
    if (command.type === "initialize") {
      const { client, view } = command;
      const session_id = await this.state.core.engine.turn(() => this.sessions.open(owner, client, view, now));
      return replied({ kind: "session", session_id, protocol_version: client.protocol_version });
    }
    const session_id = command.type === "request" ? command.request.session_id : command.session_id;
    const session = session_id === null ? null : this.sessions.require(session_id, owner, now);
    if (command.type === "request") {
      const client = session?.client ?? command.request.client;
      if (!client) return replied({ kind: "error", error: { code: MCP_ERROR.invalid_request, message: "Who asks was not said" } });
      const asked = { sender: senderOf(command), request: command.request, client, view: session?.view ?? command.view };
      return this.requests.answer(asked, session && this.followedBy(session), grant, now);
    }
    if (command.type === "end") await this.state.core.engine.turn(() => this.sessions.remove(session!.id));
    return replied({ kind: "done" });
  }

  private followedBy({ id }: McpSession): FollowedResources {
    return {
      session_id: id,
      subscribe: (uri) => this.subscriptions.add(id, uri),
      unsubscribe: (uri) => this.subscriptions.remove(id, uri),
    };
  }
}

function replied(reply: McpReply): McpAnswer {
  return { failure: null, reply, operations: [], limit: null, retry_after_s: null, rows_read: 0, rows_written: 0 };
}
