import { parse, type DocumentNode } from "graphql";
import { BoundedMap } from "../../domain/bounded_map.ts";

const DOCUMENTS_MAX = 200;
/** Longer texts are parsed each time: the cache's memory stays bounded. */
const LENGTH_MAX = 20_000;

const parsed = new BoundedMap<string, DocumentNode>(DOCUMENTS_MAX);

/** The syntax tree of a document that the edge found valid. */
export function parseDocument(query: string): DocumentNode {
  const known = parsed.get(query);
  if (known) return known;
  const document = parse(query);
  if (query.length <= LENGTH_MAX) parsed.set(query, document);
  return document;
}
