import { invalid, type Failure } from "../../../domain/errors.ts";
import type { McpHost } from "../../../domain/mcp/executor.ts";
import { OPERATIONS_BY_NAME } from "../../../domain/registry.ts";
import { visible } from "../../reports/markdown.ts";
import { familyOf } from "../operations_in_view.ts";
import { isObject, type Fields } from "./render/shapes.ts";
import type { ToolCall } from "./tool_call.ts";

const NAMES = ["title", "name", "email", "url", "resource"];
const NAME_LENGTH_MAX = 200;
/** Characters of a whole question: a person agrees to what they have read. */
const QUESTION_LENGTH_MAX = 6_000;

/**
 * What a person is asked: what it is about by name, and all that it would be done with. Or why there is nothing to ask: the thing is not there or has changed since, or all of it is too much
 * to be shown.
 */
export function consentQuestion(call: ToolCall, host: McpHost): { question: string } | { failure: Failure } {
  const { operation, input } = call;
  const given = isObject(input) ? input : {};
  const subject = lookUp(call, given, host);
  if ("failure" in subject) return subject;
  const asked = operation.mcp?.confirm ?? `${operation.summary}?`;
  const about = Object.entries(given)
    .filter(([name]) => !subject.named.includes(name))
    .map(([name, value]) => ({ name, line: `${name}: ${whole(value)}` }));
  const end = operation.effect === "delete" ? ["CROW cannot undo this."] : [];
  const question = [[asked, subject.label].filter((part) => part !== "").join(" "), ...about.map(({ line }) => line), ...end].join("\n");
  if (question.length <= QUESTION_LENGTH_MAX) return { question };
  const longest = about.toSorted((a, b) => b.line.length - a.line.length)[0]!;
  const expected = `little enough for a person to read before they agree: ${QUESTION_LENGTH_MAX} characters in all. Split the call, or make it over REST`;
  return { failure: invalid(longest.name, expected, "This is too much to ask a person about, so it is not run").toFailure() };
}

/** All of a value, in one line: nothing of it can look like a line of ours. A person reads it as it is, so nothing is escaped for Markdown. */
function whole(value: unknown): string {
  if (typeof value === "string") return asRead(value);
  const list = Array.isArray(value) && value.every((item) => typeof item === "string" && /^[^\s,]+$/.test(item));
  return list ? (value as string[]).map(asRead).join(", ") : visible(JSON.stringify(value));
}

/** An address as it is called, which letters of other alphabets cannot imitate; words in quotation marks, so that they end where they end. */
function asRead(value: string): string {
  if (/^https?:/i.test(value) && URL.canParse(value)) return new URL(value).href;
  const shown = visible(value);
  return /[\s"]/.test(shown) ? JSON.stringify(shown) : shown;
}

interface Subject {
  label: string;
  /** Input fields that the label stands for. */
  named: readonly string[];
}

/** The thing that the input names, read as the principal may: by title where they may see it, else by id. */
function lookUp({ operation, expected_version }: ToolCall, given: Fields, host: McpHost): Subject | { failure: Failure } {
  const reader = OPERATIONS_BY_NAME.get(`${familyOf(operation)}.get`);
  const named = Object.keys(isObject(reader?.input.def) && isObject(reader.input.def.shape) ? reader.input.def.shape : {});
  if (!reader || named.length === 0 || !named.every((name) => typeof given[name] === "string")) return { label: "", named: [] };
  const id = visible(named.map((name) => String(given[name])).join(" "));
  const outcome = host.call({ operation: reader.name, input: Object.fromEntries(named.map((name) => [name, given[name]])) });
  if (!outcome.ok) return outcome.failure.code === "FORBIDDEN" ? { label: id, named } : { failure: outcome.failure };
  const fields = isObject(outcome.value) ? outcome.value : {};
  const stale = expected_version !== undefined && fields.version !== undefined && fields.version !== expected_version;
  return stale ? { failure: changedSince(fields.version) } : { label: labelOf(fields, id), named };
}

/** As the operation would say it, before anybody is asked. */
function changedSince(current_version: unknown): Failure {
  return { code: "PRECONDITION_FAILED", message: "It changed since you read it", details: { current_version } };
}

/** Quoted, so that it ends where it ends. */
function labelOf(fields: Fields, id: string): string {
  const name = NAMES.find((candidate) => typeof fields[candidate] === "string" && fields[candidate] !== "");
  if (name === undefined) return id;
  const text = visible(String(fields[name]));
  return `${JSON.stringify(text.length > NAME_LENGTH_MAX ? `${text.slice(0, NAME_LENGTH_MAX)}…` : text)} (${id})`;
}
