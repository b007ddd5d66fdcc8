import type { McpHost } from "../../../domain/mcp/executor.ts";
import type { McpObject } from "../../../domain/mcp/message.ts";
import type { AnyOperation } from "../../../domain/operation.ts";
import { resultMeta } from "../meta.ts";
import { linkTo } from "./links.ts";
import type { Shortened } from "../shorten.ts";
import type { FittedAnswer } from "./call_fitting.ts";
import { answerText, boundedText, continuations } from "./render/answer.ts";
import { LIST_TABLES } from "./render/lists.ts";
import { REPORTS } from "./render/reports.ts";
import { isObject } from "./render/shapes.ts";
import { settingOf } from "./setting.ts";

/** What an operation answered, as a client gets it. */
export type Answer = Pick<FittedAnswer, "value" | "shortened"> & Partial<FittedAnswer> & { replayed: boolean };

/** A call that went well: the answer itself, and a short text of it. */
export function toolResult(operation: AnyOperation, answer: Answer, host: McpHost): McpObject {
  const { value, replayed } = answer;
  const shortened = [...answer.shortened, ...fullList(answer)];
  const setting = settingOf(operation, host);
  const text = [
    ...(setting === null ? [] : [setting]),
    textOf(operation, answer, host),
    ...(answer.shortened.length > 0 ? [shortenedText(answer.shortened, operation)] : []),
  ].join("\n\n");
  const link = operation.effect === "delete" ? null : linkTo(operation, value);
  return {
    content: [{ type: "text", text }, ...(link ? [link] : [])],
    structuredContent: value,
    _meta: resultMeta(host, {
      ...(replayed ? { "crow/idempotency_replayed": true } : {}),
      ...(shortened.length > 0 ? { "crow/truncated": shortened } : {}),
    }),
  };
}

/** A report where there is one, else a rendering by shape. */
function textOf({ name, summary }: AnyOperation, { value, whole = value, asked }: Answer, host: McpHost): string {
  const report = REPORTS.get(name);
  if (report && isObject(whole)) return [boundedText(report(whole, host), whole), ...continuations(whole, { asked })].join("\n\n");
  const list = LIST_TABLES.get(name);
  return answerText(summary, value, { asked, list: list && ((rows) => list(rows, host)) });
}

/** The page that has fewer rows than were asked for. */
function fullList({ value, asked }: Answer): Shortened[] {
  const lists = isObject(value) && asked != null ? Object.entries(value).filter(([, rows]) => Array.isArray(rows)) : [];
  return lists.slice(0, 1).map(([path, rows]) => ({ path, shown: (rows as unknown[]).length, total: asked! }));
}

function shortenedText(shortened: readonly Shortened[], { name, effect }: AnyOperation): string {
  const lists = shortened.map(({ path, shown, total }) => `\`${path}\` has ${shown} of ${total}`).join(", ");
  const rest =
    effect === "read"
      ? `Narrow the range or the filter, go on with its cursor, or make an export for all of it.`
      : `Read them with a list of their own.`;
  return `The structured result was shortened to fit: ${lists}. ${rest} (${name})`;
}
