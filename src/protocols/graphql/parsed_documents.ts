import { parse, type DocumentNode } from "graphql";
import { BoundedCache } from "../bounded_cache.ts";
import { documentBytes } from "./document_bytes.ts";

export const PARSED_DOCUMENTS_MAX = 1_000;
export const PARSED_DOCUMENTS_BYTES = 16_777_216;

const parsed = new BoundedCache<DocumentNode>(PARSED_DOCUMENTS_MAX, PARSED_DOCUMENTS_BYTES);

/** The syntax tree of a document that the edge found valid. */
export function parseDocument(query: string): DocumentNode {
  const known = parsed.get(query);
  if (known) return known;
  const document = parse(query);
  parsed.set(query, document, documentBytes(query, document));
  return document;
}
