import { createHash } from "node:crypto";
import { GraphQLError } from "graphql";
import type { GraphqlBindings } from "../bindings.ts";
import { refusal } from "../limits/refusal.ts";
import type { ReadParams } from "../params.ts";
import { documentError, requestError } from "./errors.ts";

const PREFIX = "sha256:";
const SHA256 = /^[0-9a-f]{64}$/;

/** An operation's text and, where the client named it by hash, that hash. */
export interface NamedText {
  query: string | null;
  sha256: string | null;
}

/**
 * Finds the text of an operation that is named by its SHA-256: as Apollo's automatic persisted queries do (`extensions.persistedQuery`) or as GraphQL over HTTP's
 * appendix on persisted documents (`documentId`). Throws the error that tells a client to send the text.
 */
export async function resolveText(params: ReadParams, bindings: Pick<GraphqlBindings, "persistedOperation">): Promise<NamedText> {
  const { query, documentId } = params;
  const sha256 = documentId === null ? readPersistedQuery(params.extensions.persistedQuery) : readDocumentId(documentId);
  if (sha256 === null) return { query, sha256 };
  if (query === null) {
    const known = await bindings.persistedOperation(sha256);
    if (known === null) throw notFound(documentId === null);
    return { query: known, sha256 };
  }
  if (createHash("sha256").update(query).digest("hex") !== sha256)
    throw requestError(
      refusal("The hash is not that of the query", { field: documentId === null ? HASH : "documentId", expected: "the query's SHA-256" }),
    );
  return { query, sha256 };
}

const HASH = "extensions.persistedQuery.sha256Hash";

function readPersistedQuery(persisted: unknown): string | null {
  if (persisted === undefined || persisted === null) return null;
  const { version, sha256Hash } = persisted as Record<string, unknown>;
  if (version !== 1)
    throw requestError(refusal("Unsupported persisted query version", { field: "extensions.persistedQuery.version", expected: "1" }));
  if (typeof sha256Hash !== "string" || !SHA256.test(sha256Hash))
    throw requestError(refusal("Invalid persisted query hash", { field: HASH, expected: "a SHA-256 as 64 lower-case hex digits" }));
  return sha256Hash;
}

function readDocumentId(id: string): string {
  const hash = id.startsWith(PREFIX) ? id.slice(PREFIX.length) : "";
  if (!SHA256.test(hash))
    throw requestError(refusal("Invalid documentId", { field: "documentId", expected: "sha256: and 64 lower-case hex digits" }));
  return hash;
}

/** Apollo's clients look for this message or code, in an answer with status 200, and then send the text. */
function notFound(by_apollo: boolean): GraphQLError {
  const error = new GraphQLError("PersistedQueryNotFound", {
    extensions: { code: "PERSISTED_QUERY_NOT_FOUND", details: { expected: "the operation's text with its hash, or a registered operation" } },
  });
  if (!by_apollo) return documentError(error);
  error.extensions.http = { status: 200 };
  return error;
}
