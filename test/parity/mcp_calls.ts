import type { AnyOperation } from "../../src/domain/operation.ts";
import { EXECUTE_TOOL, toolNameOf } from "../../src/protocols/mcp/tools/names.ts";
import { callAgreed, type ToolReply } from "../mcp/tools/support.ts";

export interface McpOutcome {
  code: string | undefined;
  field: string | undefined;
  value: unknown;
  reply: ToolReply;
  text: string;
}

/** Runs an operation with the domain's own input over MCP: by its tool where the list has one, else by `execute_operation`; a person agrees where one has to. */
export async function runOverMcp(
  operation: AnyOperation,
  input: Record<string, unknown>,
  key: string,
  params: Record<string, unknown> = {},
): Promise<McpOutcome> {
  const reply = operation.mcp?.core
    ? await callAgreed(toolNameOf(operation), input, { key, params })
    : await callAgreed(EXECUTE_TOOL, { operation: operation.name, input }, { key, params });
  // In a query of REST nothing stands in front of a filter's fields.
  const field = reply.failure?.details.field as string | undefined;
  return {
    code: reply.failure?.code ?? reply.error?.data?.code,
    field: operation.effect === "read" ? field?.replace(/^filter\./, "") : field,
    value: reply.failure ? null : reply.value,
    reply,
    text: JSON.stringify([reply.error, reply.value]).slice(0, 400),
  };
}
