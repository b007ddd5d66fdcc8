import { complete } from "../../../domain/lazy.ts";
import type { McpResource } from "./resource.ts";

/** Bytes of UTF-8 in one content: more than a model wants at once. */
export const CONTENT_MAX_BYTES = 65_536;
/** How many items a list keeps, tried one after another until the whole fits. */
const ITEMS_TRIED = [200, 100, 50, 20, 10, 5, 2, 1];
const CHARACTERS_PER_ITEM = 20;

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

/** Still JSON: lists and texts keep their beginnings. */
function shortenJson(value: object, more: string): string {
  const whole = JSON.stringify(complete(value));
  if (fits(whole)) return whole;
  for (const items of ITEMS_TRIED) {
    const characters = items * CHARACTERS_PER_ITEM;
    const shortened = `Lists are cut to ${items} items and texts to ${characters} characters. ${more}`;
    const text = JSON.stringify({ ...(JSON.parse(whole) as object), shortened }, (key, part: unknown) => {
      if (Array.isArray(part)) return part.slice(0, items);
      return typeof part === "string" && key !== "shortened" && part.length > characters ? `${part.slice(0, characters)}…` : part;
    });
    if (fits(text)) return text;
  }
  return JSON.stringify({ shortened: `Too large to be shown here. ${more}` });
}
