import type { DocumentNode } from "graphql";

/** About what a token's place in a syntax tree takes. */
const TOKEN_BYTES = 500;

/** About what a parsed document and its text hold of memory. */
export function documentBytes(text: string, { tokenCount = 0 }: DocumentNode): number {
  return text.length * 2 + tokenCount * TOKEN_BYTES;
}
