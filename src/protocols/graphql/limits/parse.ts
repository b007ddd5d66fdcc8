import { GraphQLError, parse, type DocumentNode } from "graphql";
import { DOCUMENT_MAX_BYTES, isLongDocument } from "../../../domain/persisted_operations/persisted_operation.ts";
import { catalogued, refusal } from "./refusal.ts";
import { DEPTH_MAX } from "./shape.ts";

export const TOKENS_MAX = 4_000;
export const COMMENTS_MAX = 1_000;

/** A document's syntax tree. Throws GraphQLError for what is none, or is out of bounds. */
export function parseDocument(text: string): DocumentNode {
  if (isLongDocument(text))
    throw refusal("The document is longer than 100 KB", {
      field: "query",
      expected: `at most ${DOCUMENT_MAX_BYTES} bytes`,
      limit: DOCUMENT_MAX_BYTES,
    });
  try {
    return parse(text, { maxLexicalTokens: TOKENS_MAX, maxComments: COMMENTS_MAX });
  } catch (error) {
    if (error instanceof GraphQLError) throw catalogued(error, detailsOf(error));
    // The parser descends by recursion: what exhausts the stack is nested far beyond every bound.
    if (error instanceof RangeError)
      throw refusal("The document is nested too deeply", { field: "query", expected: `at most ${DEPTH_MAX} levels of fields`, limit: DEPTH_MAX });
    throw error;
  }
}

function detailsOf({ message }: GraphQLError): Record<string, unknown> {
  if (message.includes(`more than ${TOKENS_MAX} tokens`)) return { field: "query", expected: `at most ${TOKENS_MAX} tokens`, limit: TOKENS_MAX };
  if (message.includes("comments")) return { field: "query", expected: `at most ${COMMENTS_MAX} comments`, limit: COMMENTS_MAX };
  return { field: "query", expected: "a GraphQL document" };
}
