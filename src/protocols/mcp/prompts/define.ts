import { RESOURCES } from "../resources/registry.ts";
import type { McpResource } from "../resources/resource.ts";
import type { McpPrompt } from "./prompt.ts";

/** Declares a prompt; its scopes are those of what it embeds. */
export function definePrompt(prompt: Omit<McpPrompt, "scopes">): McpPrompt {
  return { ...prompt, scopes: [...new Set(embeddedBy(prompt).flatMap(({ scopes }) => scopes))] };
}

/** The resources that it reads, each as often as it does. */
function embeddedBy({ embeds }: Pick<McpPrompt, "embeds">): McpResource[] {
  return embeds.map((uri) => RESOURCES.find((resource) => resource.uri === uri)!);
}

/** The operations that its resources run. */
export function operationsOf(prompt: Pick<McpPrompt, "embeds">): string[] {
  return embeddedBy(prompt).flatMap(({ operations }) => operations);
}
