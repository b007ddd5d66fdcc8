import type { Network } from "./network.ts";

export type Fields = Record<string, unknown>;

export interface ToolResult {
  content?: { type: string; text?: string; uri?: string }[];
  structuredContent?: Fields & { error?: { code: string; message: string; details: Fields } };
  isError?: boolean;
  _meta?: Fields;
}

export interface Tool {
  name: string;
  title?: string;
  outputSchema?: unknown;
  annotations?: unknown;
}

export interface Progress {
  progress: number;
  total?: number;
  message?: string;
}

/** What a person does with a question. */
export interface Consent {
  action: "accept" | "decline" | "cancel";
  content?: Record<string, string | number | boolean | string[]>;
}

export interface CallOptions {
  onprogress?: (progress: Progress) => void;
  signal?: AbortSignal;
  /** Told each place in the call's stream. */
  onresumptiontoken?: (token: string) => void;
  /** Where another client was in the stream of this very call. */
  resumptionToken?: string;
  meta?: Fields;
}

export interface ConnectOptions {
  key: string;
  path?: string;
  network?: Network;
  /** The person in front of the client; without one it does not declare that it can ask. */
  person?: (question: string) => Promise<Consent> | Consent;
  /** A session that another client opened. */
  session?: { id: string; version: string };
  /** The one revision that the client knows. */
  version?: string;
  /** How often it tries to come back to a stream. */
  retries?: number;
}

/** A client of either line of the SDK, as these promises need it. */
export interface McpClient {
  readonly network: Network;
  /** The revision that was agreed on. */
  readonly version: string | undefined;
  /** The session's id; undefined where there is none. */
  readonly session: string | undefined;
  /** Changes that it was told, in order: `updated crow://…`, or a list's name. */
  readonly told: string[];
  /** What the library could make no sense of, or failed at by itself. */
  readonly errors: Error[];
  server(): unknown;
  /** All pages. */
  tools(): Promise<Tool[]>;
  resources(): Promise<{ uri: string; name: string }[]>;
  /** URI templates of resources, and names of prompts, of the first page. */
  templates(): Promise<string[]>;
  prompts(): Promise<string[]>;
  call(name: string, args?: Fields, options?: CallOptions): Promise<ToolResult>;
  read(uri: string): Promise<{ uri: string; mimeType?: string; text?: string }[]>;
  prompt(name: string, args?: Record<string, string>): Promise<{ role: string; content: { type: string } }[]>;
  completed(uri: string, argument: string, value: string): Promise<string[]>;
  ping(): Promise<unknown>;
  /** Follows these resources and every list; returns what ends it. */
  follow(...uris: string[]): Promise<() => Promise<void>>;
  /** Opens the own stream of a session that another client had, after this place in it; "" from now on. */
  reopen(place: string): Promise<void>;
  /** Ends the session, where there is one. */
  end(): Promise<void>;
  /** Leaves without a word. */
  leave(): Promise<void>;
}

const LISTS: Record<string, string> = {
  "notifications/tools/list_changed": "tools",
  "notifications/resources/list_changed": "resources",
  "notifications/prompts/list_changed": "prompts",
};

/** A notification as `told` has it. */
export function changeIn({ method, params }: { method: string; params?: object | undefined }): string {
  return LISTS[method] ?? (method === "notifications/resources/updated" ? `updated ${String((params as Fields | undefined)?.uri)}` : method);
}

interface Subscribing {
  subscribeResource(params: { uri: string }): Promise<unknown>;
  unsubscribeResource(params: { uri: string }): Promise<unknown>;
}

/** Subscribes a session to resources, once its stream is open; what it answers ends that. */
export async function followInSession(client: Subscribing, network: Network, uris: readonly string[]): Promise<() => Promise<void>> {
  for (const uri of uris) await client.subscribeResource({ uri });
  await network.untilFollowing();
  return async () => {
    for (const uri of uris) await client.unsubscribeResource({ uri });
  };
}
