import type { McpExecution, McpHost } from "../../../domain/mcp/executor.ts";
import type { McpObject } from "../../../domain/mcp/message.ts";
import type { AnyOperation } from "../../../domain/operation.ts";
import { resultMeta } from "../meta.ts";
import { linkTo } from "./links.ts";
import { answerText } from "./render/answer.ts";
import type { Shortened } from "../shorten.ts";

/** What an operation answered, as a client gets it. */
export interface Answer {
  /** Plain data. */
  value: unknown;
  shortened: readonly Shortened[];
  replayed: boolean;
}

/** A call that went well: the answer itself, and a short text of it. */
export function toolResult(operation: AnyOperation, { value, shortened, replayed }: Answer, { client }: McpExecution, host: McpHost): McpObject {
  const text = [answerText(operation.summary, value), ...(shortened.length > 0 ? [shortenedText(shortened, operation)] : [])].join("\n\n");
  const link = operation.effect === "delete" ? null : linkTo(operation, value, client.protocol_version);
  return {
    content: [{ type: "text", text }, ...(link ? [link] : [])],
    structuredContent: value,
    _meta: resultMeta(host, {
      ...(replayed ? { "crow/idempotency_replayed": true } : {}),
      ...(shortened.length > 0 ? { "crow/truncated": shortened } : {}),
    }),
  };
}

function shortenedText(shortened: readonly Shortened[], { name, effect }: AnyOperation): string {
  const lists = shortened.map(({ path, shown, total }) => `\`${path}\` has ${shown} of ${total}`).join(", ");
  const rest =
    effect === "read"
      ? `Narrow the range or the filter, go on with its cursor, or make an export for all of it.`
      : `Read them with a list of their own.`;
  return `Shortened to fit: ${lists}. ${rest} (${name})`;
}
