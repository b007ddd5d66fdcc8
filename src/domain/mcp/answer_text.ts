import type { McpAnswer, McpResultReply } from "./command.ts";
import type { McpObject } from "./message.ts";

/** Fields of a result that the edge reads, adds to or leaves out. All else goes to the client as the actor wrote it. */
const READ_AT_EDGE: ReadonlySet<string> = new Set(["_meta", "isError", "resultType", "ttlMs", "cacheScope"]);

const kept_texts = new WeakMap<object, string | null>();

/** Says that this part of results never changes again: its text is made once. */
export function keepText<Value extends object>(value: Value): Value {
  kept_texts.set(value, null);
  return value;
}

/** An answer as it travels to the edge: one line with everything but the larger part of its result, and that part as another, which is passed on unparsed. JSON text holds no line break. */
export function mcpAnswerToText(answer: McpAnswer): string {
  const { reply } = answer;
  // Why a tool failed decides what the edge answers.
  if (reply?.kind !== "result" || reply.result.isError === true) return JSON.stringify(answer);
  const result: McpObject = {};
  const rest: string[] = [];
  for (const [name, value] of Object.entries(reply.result)) {
    if (READ_AT_EDGE.has(name)) result[name] = value;
    else if (value !== undefined) rest.push(`${JSON.stringify(name)}:${textOf(value)}`);
  }
  return `${JSON.stringify({ ...answer, reply: { ...reply, result } })}\n{${rest.join(",")}}`;
}

/** The edge's side of it. */
export function mcpAnswerFromText(text: string): McpAnswer {
  const end = text.indexOf("\n");
  if (end === -1) return JSON.parse(text) as McpAnswer;
  const answer = JSON.parse(text.slice(0, end)) as McpAnswer;
  return { ...answer, reply: { ...(answer.reply as McpResultReply), rest: text.slice(end + 1) } };
}

/** All of a result. */
export function resultOf({ result, rest }: McpResultReply): McpObject {
  return rest === undefined ? result : { ...result, ...(JSON.parse(rest) as McpObject) };
}

/** All of a result as JSON text, without parsing what the actor wrote. */
export function resultTextOf({ result, rest = "{}" }: McpResultReply): string {
  const read = JSON.stringify(result);
  if (rest === "{}") return read;
  return read === "{}" ? rest : `${rest.slice(0, -1)},${read.slice(1)}`;
}

function textOf(value: unknown): string {
  const kept = typeof value === "object" && value !== null ? kept_texts.get(value) : undefined;
  if (kept) return kept;
  const text = JSON.stringify(value);
  if (kept === null) kept_texts.set(value as object, text);
  return text;
}
