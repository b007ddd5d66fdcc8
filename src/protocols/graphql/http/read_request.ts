import { invalid } from "../../../domain/errors.ts";
import { readJson } from "../../json_body.ts";

/** Operations in one request. */
export const BATCH_MAX = 20;

/** What the request asks for: the parameters of one operation, or of each of a batch. Which methods there are yoga judges before. */
export async function readOperations(request: Request): Promise<unknown> {
  if (request.method === "GET") return readQuery(new URL(request.url).searchParams);
  // Nothing but JSON: a form of another site can send the other types without asking first.
  const body = await readJson(request, false);
  if (body === undefined) throw invalid("", "an operation as a JSON object, or an array of them", "The body is empty");
  if (Array.isArray(body) && (body.length === 0 || body.length > BATCH_MAX))
    throw invalid("", `an array of 1 to ${BATCH_MAX} operations`, `A batch has 1 to ${BATCH_MAX} operations, this one ${body.length}`);
  return body;
}

function readQuery(query: URLSearchParams): Record<string, unknown> {
  return {
    query: query.get("query"),
    operationName: query.get("operationName"),
    documentId: query.get("documentId"),
    variables: jsonParameter(query, "variables"),
    extensions: jsonParameter(query, "extensions"),
  };
}

function jsonParameter(query: URLSearchParams, name: string): unknown {
  const text = query.get(name);
  if (text === null || text === "") return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw invalid(name, "a JSON object", `${name} is not valid JSON`);
  }
}
