import { send, type Reply } from "../support/api.ts";

export interface GraphqlError {
  message: string;
  path?: (string | number)[];
  extensions: { code: string; details: Record<string, unknown> };
}

export interface GraphqlBody<Data = Record<string, unknown>> {
  data?: Data | null;
  errors?: GraphqlError[];
  extensions?: { cost: { charged: number; minute: { limit: number; remaining: number } | null } };
}

export const RESPONSE_JSON = "application/graphql-response+json";

/** One operation by POST, answered as `application/graphql-response+json` where the headers say nothing else. */
export function ask<Data = Record<string, unknown>>(
  key: string,
  operation: Record<string, unknown> | string,
  headers: Record<string, string> = {},
): Promise<Reply<GraphqlBody<Data>>> {
  const body = typeof operation === "string" ? { query: operation } : operation;
  return send<GraphqlBody<Data>>("POST", "/graphql", { key, body, headers: { Accept: RESPONSE_JSON, ...headers } });
}

/** A batch by POST. */
export function askAll(key: string, operations: readonly unknown[], headers: Record<string, string> = {}): Promise<Reply<GraphqlBody[]>> {
  return send<GraphqlBody[]>("POST", "/graphql", { key, body: operations, headers: { Accept: RESPONSE_JSON, ...headers } });
}

/** Codes of an answer's errors. */
export function codes({ errors = [] }: GraphqlBody): string[] {
  return errors.map(({ extensions }) => extensions.code);
}
