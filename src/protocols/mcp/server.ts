import type { McpObject } from "../../domain/mcp/message.ts";

/** Who the server says that it is. */
export const SERVER_INFO = {
  name: "crow",
  title: "CROW",
  version: "1.0.0",
} as const;

/** What it offers, in every revision. */
export const CAPABILITIES = {
  tools: { listChanged: true },
  resources: { subscribe: true, listChanged: true },
  prompts: { listChanged: true },
  completions: {},
} as const satisfies McpObject;

/** The same with what the stateless revision adds: a tool's long work as a task, where the client takes that. */
export const STATELESS_CAPABILITIES = { ...CAPABILITIES, extensions: { "io.modelcontextprotocol/tasks": {} } } as const satisfies McpObject;

/** What a model is told of the server before anything else. */
export const INSTRUCTIONS = "";
