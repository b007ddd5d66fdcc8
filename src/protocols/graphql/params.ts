import type { GraphQLError } from "graphql";
import { isNestedTooDeeply, JSON_DEPTH_MAX } from "../json_depth.ts";
import { refusal } from "./limits/refusal.ts";

/** What a client sends for one operation (GraphQL over HTTP, section 5; the payload of a graphql-transport-ws `subscribe`). */
export interface GraphqlParams {
  query?: unknown;
  operationName?: unknown;
  variables?: unknown;
  extensions?: unknown;
  /** `sha256:…` instead of a query (GraphQL over HTTP, appendix on persisted documents). */
  documentId?: unknown;
}

/** Parameters of the right types; what is absent, null or (a name) empty reads the same. */
export interface ReadParams {
  query: string | null;
  operationName: string | null;
  variables: Record<string, unknown>;
  extensions: Record<string, unknown>;
  documentId: string | null;
}

/** Reads the parameters of one operation; an error names the first that is of no use. */
export function readParams(params: unknown): ReadParams | GraphQLError {
  if (!isMap(params)) return refusal("An operation is an object with its query", { field: "", expected: "a JSON object" });
  const { query, operationName, variables, extensions, documentId } = params as GraphqlParams;
  const texts = { query, operationName, documentId };
  for (const [field, value] of Object.entries(texts)) {
    if (value !== undefined && value !== null && typeof value !== "string") return refusal(`Invalid ${field}`, { field, expected: "a string" });
  }
  const maps = { variables, extensions };
  for (const [field, value] of Object.entries(maps)) {
    if (value === undefined || value === null) continue;
    if (!isMap(value)) return refusal(`Invalid ${field}`, { field, expected: "an object" });
    if (isNestedTooDeeply(value))
      return refusal(`${field} are nested too deeply`, { field, expected: `at most ${JSON_DEPTH_MAX} levels of nesting`, limit: JSON_DEPTH_MAX });
  }
  return {
    query: (query as string | undefined) || null,
    operationName: (operationName as string | undefined) || null,
    documentId: (documentId as string | undefined) || null,
    variables: (variables as Record<string, unknown> | undefined) ?? {},
    extensions: (extensions as Record<string, unknown> | undefined) ?? {},
  };
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
