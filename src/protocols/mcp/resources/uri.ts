import type * as z from "zod";
import { CalendarDate } from "../../../domain/time.ts";
import { ExportId } from "../../../domain/exports/export.ts";
import { InteractionId } from "../../../domain/interactions/interaction.ts";
import { MCP_URI_LENGTH_MAX } from "../../../domain/mcp/stream.ts";
import { ProductId } from "../../../domain/products/product.ts";
import type { UriVariables } from "./resource.ts";

const SCHEME = "crow://";
/** What a segment may hold unencoded: RFC 3986, `pchar` without sub-delimiters. */
const SEGMENT = /^(?:[A-Za-z0-9._~:@-]|%[0-9A-Fa-f]{2})+$/;

/** What each variable of a template takes. */
export const VARIABLES: Readonly<Record<string, { schema: z.ZodType<string>; expected: string }>> = {
  product_id: { schema: ProductId, expected: "a product id (prd_…)" },
  interaction_id: { schema: InteractionId, expected: "an interaction id (int_…)" },
  export_id: { schema: ExportId, expected: "an export id (exp_…)" },
  date_from: { schema: CalendarDate, expected: "a date, YYYY-MM-DD" },
  date_to: { schema: CalendarDate, expected: "a date, YYYY-MM-DD" },
};

/** What is wrong with a URI, in the catalogue's terms. */
export interface UriProblem {
  field: string;
  expected: string;
}

/** The path's segments, decoded once; what is wrong with it; or null for what is no URI of ours. */
export function parseUri(uri: string): readonly string[] | UriProblem | null {
  if (uri.length > MCP_URI_LENGTH_MAX) return { field: "uri", expected: `at most ${MCP_URI_LENGTH_MAX} characters` };
  if (!uri.startsWith(SCHEME)) return null;
  const segments: string[] = [];
  for (const raw of uri.slice(SCHEME.length).split("/")) {
    const segment = SEGMENT.test(raw) ? decode(raw) : null;
    if (segment === null || segment === "." || segment === "..")
      return { field: "uri", expected: "crow:// and segments without empty ones, dot segments, query or fragment; UTF-8 percent-encoded" };
    segments.push(segment);
  }
  return segments;
}

function decode(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}

/** A template's segments. */
export function templateSegments(template: string): readonly string[] {
  return template.slice(SCHEME.length).split("/");
}

export function variableOf(segment: string): string | null {
  return segment.startsWith("{") ? segment.slice(1, -1) : null;
}

/** Names of a template's variables, in order. */
export function variablesOf(template: string): string[] {
  return templateSegments(template).flatMap((segment) => variableOf(segment) ?? []);
}

/** The variables' values where the path has the template's form, judged or not; null where it has another. */
export function matchTemplate(template: string, segments: readonly string[]): UriVariables | null {
  const wanted = templateSegments(template);
  if (wanted.length !== segments.length) return null;
  const variables: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    const name = variableOf(segment);
    if (name !== null) variables[name] = segments[index]!;
    else if (segment !== segments[index]) return null;
  }
  return variables;
}

/** The first value that does not do, or null. */
export function judgeVariables(variables: UriVariables): UriProblem | null {
  for (const [name, value] of Object.entries(variables)) {
    const { schema, expected } = VARIABLES[name]!;
    if (!schema.safeParse(value).success) return { field: name, expected };
  }
  const { date_from, date_to } = variables;
  if (date_from !== undefined && date_to !== undefined && date_from > date_to)
    return { field: "date_from", expected: `a date on or before date_to (${date_to})` };
  return null;
}

/** A template with its variables filled in. All values are of characters that need no encoding. */
export function fillTemplate(template: string, variables: UriVariables): string {
  return template.replaceAll(/\{(\w+)\}/g, (_match, name: string) => variables[name]!);
}
