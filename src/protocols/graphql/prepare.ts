import { getOperationAST, GraphQLError, Kind, type DocumentNode, type GraphQLSchema, type OperationDefinitionNode } from "graphql";
import type { Document } from "../../domain/documents.ts";
import { BoundedCache } from "../bounded_cache.ts";
import { documentBytes } from "./document_bytes.ts";
import { requestError } from "./http/errors.ts";
import { parseDocument } from "./limits/parse.ts";
import { refusal } from "./limits/refusal.ts";
import { documentErrors } from "./limits/validate.ts";
import { coerceVariables } from "./limits/variables.ts";
import { NODES_MAX, VALUES_MAX, weigh, type Weight } from "./limits/weight.ts";
import { readParams, type GraphqlParams } from "./params.ts";
import { crowSchema } from "./schema/index.ts";

export type { GraphqlParams };

export interface PrepareOptions {
  /** Whether `__schema` and `__type` may be asked for. */
  introspection: boolean;
  idempotency_key?: string | undefined;
}

export type Prepared = { ok: true; document: Document; ast: DocumentNode } | { ok: false; errors: readonly GraphQLError[] };

export const CACHED_DOCUMENTS_MAX = 1_000;
export const CACHED_DOCUMENTS_BYTES = 33_554_432;

/** Valid documents by their text, after `+` where introspection was allowed. */
const valid = new BoundedCache<DocumentNode>(CACHED_DOCUMENTS_MAX, CACHED_DOCUMENTS_BYTES);

/** Parses, validates, bounds and weighs one operation whose text is known (persisted ones are looked up before). Never throws for what the client sent. */
export function prepare(params: GraphqlParams, options: PrepareOptions): Prepared {
  try {
    return prepareOperation(params, options);
  } catch (error) {
    if (error instanceof GraphQLError) return refused(error);
    throw error;
  }
}

function prepareOperation(params: GraphqlParams, { introspection, idempotency_key }: PrepareOptions): Prepared {
  const read = readParams(params);
  if (read instanceof GraphQLError) return refused(read);
  const { query, operationName, variables } = read;
  if (query === null) return refused(requestError(refusal("No operation was sent", { field: "query", expected: "a GraphQL document" })));
  const schema = crowSchema();
  const document = validDocument(schema, query, introspection);
  if (!("kind" in document)) return { ok: false, errors: document.errors };
  const operation = getOperationAST(document, operationName);
  if (!operation) return refused(noSuchOperation(document, operationName));
  const coerced = coerceVariables(schema, operation, variables);
  if ("errors" in coerced) return { ok: false, errors: coerced.errors };
  const weight = weigh(schema, document, operation, coerced.values);
  const excess = excessOf(weight);
  if (excess) return refused(excess);
  return {
    ok: true,
    ast: document,
    document: {
      query,
      operation_name: operationName,
      variables: declaredOf(operation, variables),
      kind: operation.operation,
      operations: weight.operations,
      cost: weight.cost,
      ...(idempotency_key === undefined ? {} : { idempotency_key }),
    },
  };
}

/** The variables that the operation declares: others mean nothing, so they go no further. */
function declaredOf({ variableDefinitions = [] }: OperationDefinitionNode, variables: Record<string, unknown>): Record<string, unknown> {
  const names = variableDefinitions.map(({ variable }) => variable.name.value);
  return Object.fromEntries(names.flatMap((name) => (Object.hasOwn(variables, name) ? [[name, variables[name]]] : [])));
}

function validDocument(schema: GraphQLSchema, text: string, introspection: boolean): DocumentNode | { errors: readonly GraphQLError[] } {
  const key = introspection ? `+${text}` : text;
  const known = valid.get(key);
  if (known) return known;
  const document = parseDocument(text);
  const errors = documentErrors(schema, document, introspection);
  if (errors.length > 0) return { errors };
  valid.set(key, document, documentBytes(text, document));
  return document;
}

function excessOf({ nodes, values }: Weight): GraphQLError | null {
  const over = (count: number, limit: number, what: string): GraphQLError =>
    refusal(`The answer may have ${count} ${what}, more than ${limit}; ask for smaller pages`, {
      expected: `at most ${limit} ${what}`,
      limit,
      actual: count,
    });
  if (nodes > NODES_MAX) return over(nodes, NODES_MAX, "nodes");
  return values > VALUES_MAX ? over(values, VALUES_MAX, "fields") : null;
}

function noSuchOperation(document: DocumentNode, name: string | null): GraphQLError {
  const names = document.definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION && definition.name ? [definition.name.value] : [],
  );
  if (names.length === 0)
    return refusal("The document has no operation of this name", { field: "operationName", expected: "no name, or an operation" });
  const expected = `one of: ${names.slice(0, 20).join(", ")}`;
  return refusal(name === null ? "The document has several operations; name one" : "The document has no such operation", {
    field: "operationName",
    expected,
  });
}

function refused(error: GraphQLError): Prepared {
  return { ok: false, errors: [error] };
}
