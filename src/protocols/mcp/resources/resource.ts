import type { McpHost } from "../../../domain/mcp/executor.ts";
import type { McpView } from "../../../domain/mcp/command.ts";
import type { Scope } from "../../../domain/scopes.ts";

/** A template's variables with their values; every one of them was checked. */
export type UriVariables = Readonly<Record<string, string>>;

/** What a read may look at besides its variables. */
export interface ReadContext {
  host: McpHost;
  view: McpView;
}

/** Something to read at a URI, or at every URI of a template. Written once; lists, templates, reads, subscriptions and completion derive from it. */
export interface McpResource {
  /** A URI, or a template with `{variable}` segments (RFC 6570, level 1). Each variable is in `VARIABLES`. */
  uri: string;
  name: string;
  title: string;
  /** For a model that decides whether to read it. */
  description: string;
  mimeType: "application/json" | "text/markdown";
  /** All of them are needed; none: whoever has a credential. */
  scopes: readonly Scope[];
  /** What one read runs, each as often as it runs: their costs are what a read costs. */
  operations: readonly string[];
  /** What the content depends on, as the event log's changes name it (changes.ts). */
  topic(variables: UriVariables): string;
  /** How to get what did not fit. */
  more: string;
  /** An object for JSON, text for Markdown. */
  read(context: ReadContext, variables: UriVariables): object | string;
}
