import type * as z from "zod";
import type { McpHost } from "../../../domain/mcp/executor.ts";
import type { McpObject } from "../../../domain/mcp/message.ts";
import type { McpView } from "../../../domain/mcp/command.ts";
import type { Scope } from "../../../domain/scopes.ts";
import type { Completer } from "../completion/completer.ts";

export interface PromptArgument {
  name: string;
  title: string;
  /** For the person who fills it in; says what holds where it is left out. */
  description: string;
  required?: boolean;
  schema: z.ZodType<string>;
  expected: string;
  /** Null for words of the person's own. */
  completer: Completer | null;
}

/** Arguments that were given, each of them checked. */
export type PromptArguments = Readonly<Record<string, string | undefined>>;

/** One message of a prompt (MCP 2026-07-28, server/prompts: PromptMessage). */
export interface PromptMessage extends McpObject {
  role: "user";
  content: McpObject;
}

export interface PromptContext {
  host: McpHost;
  view: McpView;
  /** A resource as it is now. */
  embed(uri: string): PromptMessage;
}

/** What a person starts a piece of work with: the goal, the data as it is now, the steps, the form of the answer. */
export interface McpPrompt {
  name: string;
  title: string;
  description: string;
  arguments: readonly PromptArgument[];
  /** URIs or templates of what it embeds, each as often as it does: they say what it needs and costs. */
  embeds: readonly string[];
  /** What its embedded resources need. */
  scopes: readonly Scope[];
  messages(context: PromptContext, given: PromptArguments): PromptMessage[];
}
