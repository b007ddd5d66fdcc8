import { env } from "cloudflare:workers";
import { actorOf, organizationActor } from "../../../src/actors/rpc.ts";
import { parseApiKey } from "../../../src/actors/secrets/api_key_format.ts";
import type { Failure } from "../../../src/domain/errors.ts";
import type { McpAnswer, McpClient, McpCommand, McpEnvelope, McpReply, McpRequest } from "../../../src/domain/mcp/command.ts";
import type { McpFollow } from "../../../src/domain/mcp/stream.ts";
import type { Credential } from "../../../src/domain/principal.ts";
import { openFollow } from "../../../src/edge/mcp/open_follow.ts";
import type { McpCommandBody } from "../../../src/protocols/mcp/bindings.ts";
import { BASE_URL } from "../../support/api.ts";
import { wholeAnswer } from "../../support/mcp_answer.ts";
import { InnerSocket } from "./inner_socket.ts";

export const CLIENT: McpClient = { protocol_version: "2025-11-25", info: { name: "test", version: "1" }, capabilities: { elicitation: {} } };
export const STATELESS: McpClient = { protocol_version: "2026-07-28", info: { name: "test", version: "1" }, capabilities: {} };
export const WITH_TASKS: McpClient = { ...STATELESS, capabilities: { extensions: { "io.modelcontextprotocol/tasks": {} } } };

/** The edge's end of the organization's actor, for one credential. */
export class McpCaller {
  readonly credential: Credential;
  private requests = 0;

  constructor(credential: string | Credential) {
    this.credential = typeof credential === "string" ? parseApiKey(credential, env.CROW_SECRET)! : credential;
  }

  async send(body: McpCommandBody, envelope: Partial<McpEnvelope> = {}): Promise<McpAnswer> {
    const command = { ...this.envelope(), ...envelope, ...body } as McpCommand;
    return wholeAnswer(await this.actor.mcpText(JSON.stringify(command)));
  }

  /** A new session's id. */
  async open(client: McpClient = CLIENT, envelope: Partial<McpEnvelope> = {}): Promise<string> {
    const { reply, failure } = await this.send({ type: "initialize", client }, envelope);
    if (reply?.kind !== "session") throw new Error(`no session: ${JSON.stringify(failure)}`);
    return reply.session_id;
  }

  request(method: string, params: Record<string, unknown> = {}, more: Partial<McpRequest> = {}): Promise<McpAnswer> {
    const request: McpRequest = {
      id: ++this.requests,
      method,
      params,
      session_id: null,
      client: more.session_id ? null : STATELESS,
      progress_token: null,
      input: null,
      ...more,
    };
    return this.send({ type: "request", request });
  }

  /** Starts a call that goes on; its id. */
  async call(params: Record<string, unknown>, more: Partial<McpRequest> = {}): Promise<string> {
    const { reply, failure } = await this.request("tools/call", params, more);
    if (reply?.kind !== "stream") throw new Error(`no stream: ${JSON.stringify(reply ?? failure)}`);
    return reply.call_id;
  }

  async follow(follow: McpFollow, envelope: Partial<McpEnvelope> = {}): Promise<InnerSocket | { failure: Failure }> {
    const opened = await openFollow(env, { ...this.envelope(), ...envelope, follow }, actorOf(this.credential)!);
    return "failure" in opened ? opened : new InnerSocket(opened);
  }

  /** The same where it has to be let in. */
  async followed(follow: McpFollow): Promise<InnerSocket> {
    const socket = await this.follow(follow);
    if ("failure" in socket) throw new Error(JSON.stringify(socket.failure));
    return socket;
  }

  private get actor() {
    return organizationActor(env, actorOf(this.credential)!);
  }

  private envelope(): McpEnvelope {
    return {
      credential: this.credential,
      protocol: "mcp",
      request_id: "req_test",
      ip: null,
      origin: null,
      base_url: BASE_URL,
      view: { readonly: false, toolsets: null },
    };
  }
}

export function resultOf({ reply, failure }: McpAnswer): Record<string, unknown> {
  if (reply?.kind !== "result") throw new Error(`no result: ${JSON.stringify(reply ?? failure)}`);
  return reply.result;
}

export function errorOf({ reply, failure }: McpAnswer): Extract<McpReply, { kind: "error" }>["error"] {
  if (reply?.kind !== "error") throw new Error(`no error: ${JSON.stringify(reply ?? failure)}`);
  return reply.error;
}
