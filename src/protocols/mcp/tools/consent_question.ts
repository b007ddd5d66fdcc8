import type { Failure } from "../../../domain/errors.ts";
import type { McpHost } from "../../../domain/mcp/executor.ts";
import { OPERATIONS_BY_NAME } from "../../../domain/registry.ts";
import { familyOf } from "../operations_in_view.ts";
import { plain } from "../../reports/markdown.ts";
import { cell } from "./render/cell.ts";
import { isObject, type Fields } from "./render/shapes.ts";
import type { ToolCall } from "./tool_call.ts";

const NAMES = ["title", "name", "email", "url", "resource"];
const FIELDS_MAX = 12;
const VALUE_LENGTH_MAX = 200;

/** What a person is asked, with the name of what it is about; or why there is nothing to ask about. */
export function consentQuestion({ operation, input }: ToolCall, host: McpHost): { question: string } | { failure: Failure } {
  const given = isObject(input) ? input : {};
  const subject = lookUp(operation, given, host);
  if ("failure" in subject) return subject;
  const asked = operation.mcp?.confirm ?? `${operation.summary}?`;
  const about = Object.entries(given)
    .filter(([name]) => !subject.named.includes(name))
    .slice(0, FIELDS_MAX)
    .map(([name, value]) => `${name}: ${plain(cell(name, value), VALUE_LENGTH_MAX)}`);
  const end = operation.effect === "delete" ? ["CROW cannot undo this."] : [];
  const question = [[asked, subject.label].filter((part) => part !== "").join(" "), ...about, ...end].join("\n");
  // A person reads it as it is: nothing is escaped for Markdown.
  return { question: question.replaceAll("\\|", "|") };
}

interface Subject {
  label: string;
  /** Input fields that the label stands for. */
  named: readonly string[];
}

/** The thing that the input names, read as the principal may: by title where they may see it, else by id. */
function lookUp(operation: ToolCall["operation"], given: Fields, host: McpHost): Subject | { failure: Failure } {
  const reader = OPERATIONS_BY_NAME.get(`${familyOf(operation)}.get`);
  const named = Object.keys(isObject(reader?.input.def) && isObject(reader.input.def.shape) ? reader.input.def.shape : {});
  if (!reader || named.length === 0 || !named.every((name) => typeof given[name] === "string")) return { label: "", named: [] };
  const id = named.map((name) => String(given[name])).join(" ");
  const outcome = host.call({ operation: reader.name, input: Object.fromEntries(named.map((name) => [name, given[name]])) });
  if (outcome.ok) return { label: labelOf(outcome.value, id), named };
  return outcome.failure.code === "FORBIDDEN" ? { label: plain(id), named } : { failure: outcome.failure };
}

function labelOf(value: unknown, id: string): string {
  const fields = isObject(value) ? value : {};
  const name = NAMES.find((candidate) => typeof fields[candidate] === "string" && fields[candidate] !== "");
  return name === undefined ? plain(id) : `"${plain(String(fields[name]), VALUE_LENGTH_MAX)}" (${plain(id)})`;
}
