import type { GraphQLError } from "graphql";
import type { Document } from "../../domain/documents.ts";

/** What a client sends for one operation (GraphQL over HTTP, section 5; the payload of a graphql-transport-ws `subscribe`). */
export interface GraphqlParams {
  query?: unknown;
  operationName?: unknown;
  variables?: unknown;
  extensions?: unknown;
}

export interface PrepareOptions {
  /** Whether `__schema` and `__type` may be asked for. */
  introspection: boolean;
  idempotency_key?: string | undefined;
}

export type Prepared = { ok: true; document: Document } | { ok: false; errors: readonly GraphQLError[] };

/** Parses, validates, bounds and weighs one operation whose text is known (persisted ones are looked up before). Never throws for what the client sent. */
export function prepare(params: GraphqlParams, options: PrepareOptions): Prepared {
  void params;
  void options;
  return { ok: false, errors: [] };
}
