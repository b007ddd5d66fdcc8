import type { ConnectOptions, McpClient } from "./client.ts";
import { connectV1 } from "./v1.ts";
import { connectV2 } from "./v2.ts";

export interface Line {
  line: string;
  /** Whether the client is in a session. */
  session: boolean;
  connect: (options: ConnectOptions) => Promise<McpClient>;
}

export const V1: Line = { line: "v1", session: true, connect: connectV1 };
export const V2_SESSION: Line = { line: "v2 in a session", session: true, connect: (options) => connectV2("legacy", options) };
export const V2_STATELESS: Line = { line: "v2 without a session", session: false, connect: (options) => connectV2("auto", options) };
/** The clients that can keep the same promise, each in its way. */
export const LINES = [V1, V2_SESSION, V2_STATELESS];
export const SESSION_LINES = [V1, V2_SESSION];
