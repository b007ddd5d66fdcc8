import type { McpView } from "../../../domain/mcp/command.ts";
import { MCP_ERROR, McpError } from "../../../domain/mcp/message.ts";
import { areInView } from "../all_in_view.ts";
import { operationsOf } from "./define.ts";
import type { McpPrompt } from "./prompt.ts";
import { PROMPTS_BY_NAME } from "./registry.ts";

/** The prompt of this name. Throws McpError where there is none, or not in this part of the server. */
export function findPrompt(name: unknown, view: McpView): McpPrompt {
  const prompt = typeof name === "string" ? PROMPTS_BY_NAME.get(name) : undefined;
  if (prompt && areInView(operationsOf(prompt), view)) return prompt;
  throw new McpError(MCP_ERROR.invalid_params, "No such prompt", { code: "NOT_FOUND", details: { resource: "prompt" } });
}
