import { GraphQLError } from "graphql";
import type { Document } from "../../../domain/documents.ts";
import type { GraphqlBindings } from "../bindings.ts";
import { thrownError } from "../http/errors.ts";
import { resolveText } from "../http/persisted.ts";
import { readParams } from "../params.ts";
import { prepare } from "../prepare.ts";

export interface LiveOptions {
  /** Whether `__schema` and `__type` may be asked for. */
  introspection: boolean;
  request_id: string;
}

/** One operation that came over a live connection, ready to run or with what is wrong with it. Never throws. */
export async function prepareOperation(
  params: unknown,
  bindings: Pick<GraphqlBindings, "persistedOperation" | "rememberOperation">,
  { introspection, request_id }: LiveOptions,
): Promise<Document | readonly GraphQLError[]> {
  try {
    const read = readParams(params);
    if (read instanceof GraphQLError) return [read];
    const { query, sha256 } = await resolveText(read, bindings);
    const prepared = prepare({ ...read, query }, { introspection });
    if (!prepared.ok) return prepared.errors;
    if (sha256 !== null) bindings.rememberOperation(sha256, prepared.document.query);
    return prepared.document;
  } catch (error) {
    return [thrownError(error, request_id)];
  }
}
