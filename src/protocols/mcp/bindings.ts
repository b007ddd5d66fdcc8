import type { Failure } from "../../domain/errors.ts";
import type { McpAnswer, McpCommand, McpEnvelope } from "../../domain/mcp/command.ts";
import type { McpFollow } from "../../domain/mcp/stream.ts";

/** What a client's message asks of the organization; who asks is the edge's to add. */
export type McpCommandBody = McpCommand extends infer Each ? (Each extends McpCommand ? Omit<Each, keyof McpEnvelope> : never) : never;

/** What the edge gives to a request of the protocol. */
export interface McpBindings {
  readonly request_id: string;
  /** Whether the caller can come again with more scopes: then a missing one is told as HTTP has it (RFC 6750, section 3.1). */
  readonly can_step_up: boolean;
  /** One RPC to the organization's actor, or a refusal that needs none. Never throws: a refusal is in the answer. */
  send(command: McpCommandBody): Promise<McpAnswer>;
  /** Opens an inner socket that follows something, or says why the actor does not let the caller in. */
  follow(follow: McpFollow): Promise<WebSocket | { failure: Failure }>;
  /** Tells the edge why a request is refused that the organization answered. */
  report(failure: Failure): void;
  /** Counts a message that was answered without the organization; its method where it had one. */
  noteFree(method: string | null): void;
}
