import { invalid } from "../../domain/errors.ts";
import { readJson } from "../json_body.ts";

/** Reads a JSON object body; an absent one reads as `{}`. `plain_text` also takes text/plain. */
export async function readJsonBody(request: Request, plain_text: boolean): Promise<Record<string, unknown>> {
  if (!request.body) return {};
  const value = await readJson(request, plain_text);
  if (value === undefined) return {};
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid("", "a JSON object", "The body must be a JSON object");
  return value as Record<string, unknown>;
}
