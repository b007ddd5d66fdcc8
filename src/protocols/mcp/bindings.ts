import type { Failure } from "../../domain/errors.ts";
import type { McpAnswer, McpCommand, McpEnvelope } from "../../domain/mcp/command.ts";
import type { McpFollow } from "../../domain/mcp/stream.ts";

/** What a client's message asks of the organization; who asks is the edge's to add. */
export type McpCommandBody = McpCommand extends infer Each ? (Each extends McpCommand ? Omit<Each, keyof McpEnvelope> : never) : never;

/** What the edge gives to a request of the protocol. */
export interface McpBindings {
  /** One RPC to the organization's actor. Never throws: a refusal is in the answer. */
  send(command: McpCommandBody): Promise<McpAnswer>;
  /** Opens an inner socket that follows something, or says why the actor does not let the caller in. */
  follow(follow: McpFollow): Promise<WebSocket | { failure: Failure }>;
  /** Counts a message that costs nothing; why it is one too many, or null. */
  takeFree(): Failure | null;
}
