import type { McpObject } from "../../../domain/mcp/message.ts";
import { shorten } from "../shorten.ts";
import type { McpResource } from "./resource.ts";

/** Bytes of UTF-8 in one content: more than a model wants at once. */
export const CONTENT_MAX_BYTES = 65_536;
/** Room for what is said of what was left out. */
const NOTE_BYTES = 2_048;

export interface TextContent {
  uri: string;
  mimeType: string;
  text: string;
}

/** What was read as a client gets it; what is larger than a content may be is shortened and says how to get the rest. */
export function toContent({ mimeType, more }: Pick<McpResource, "mimeType" | "more">, uri: string, value: object | string): TextContent {
  return { uri, mimeType, text: typeof value === "string" ? shortenText(value, more) : shortenJson(value, more) };
}

function fits(text: string): boolean {
  return text.length <= CONTENT_MAX_BYTES && new TextEncoder().encode(text).length <= CONTENT_MAX_BYTES;
}

/** Whole lines from the start, and a last one that says what is missing. */
function shortenText(text: string, more: string): string {
  if (fits(text)) return text;
  const note = `\n\nShortened to ${CONTENT_MAX_BYTES} bytes. ${more}\n`;
  const room = CONTENT_MAX_BYTES - new TextEncoder().encode(note).length;
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(room));
  const line_end = text.lastIndexOf("\n", read);
  return text.slice(0, line_end > 0 ? line_end : read) + note;
}

/** Still JSON: the longest lists keep their beginnings. */
function shortenJson(value: object, more: string): string {
  const whole = JSON.stringify(value);
  if (fits(whole)) return whole;
  const part = JSON.parse(whole) as McpObject;
  const lists = shorten(part, CONTENT_MAX_BYTES - NOTE_BYTES);
  const text = JSON.stringify({ ...part, shortened: { lists, more } });
  return fits(text) ? text : JSON.stringify({ shortened: { lists: "all", more } });
}
