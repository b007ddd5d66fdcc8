import { GraphQLError, type ExecutionResult } from "graphql";
import { ANSWERS_LENGTH_MAX, LIVE_ANSWER_LENGTH_MAX } from "../../domain/documents.ts";
import { OperationError } from "../../domain/errors.ts";
import { resultJson } from "./result_json.ts";

const TOO_LONG = "The answers of this request are too long: ask for smaller pages or fewer fields. What it changed is changed";
const LIVE_TOO_LONG = "This answer is too long for a subscription: ask for smaller pages or fewer fields";

/** An execution's result as the client gets it; an error instead of one with more characters than that. */
export function boundedJson(result: ExecutionResult, extensions: Record<string, unknown>, length_max: number): string {
  return within(result, extensions, length_max) ?? tooLong(extensions, TOO_LONG, ANSWERS_LENGTH_MAX);
}

/** The same for one answer of a subscription, of which many may be told at once. */
export function boundedLiveJson(result: ExecutionResult, extensions: Record<string, unknown>): string {
  return within(result, extensions, LIVE_ANSWER_LENGTH_MAX) ?? tooLong(extensions, LIVE_TOO_LONG, LIVE_ANSWER_LENGTH_MAX);
}

function within(result: ExecutionResult, extensions: Record<string, unknown>, length_max: number): string | null {
  const json = isLongerThan(result.data, length_max) ? null : resultJson(result, extensions);
  return json !== null && json.length <= length_max ? json : null;
}

function tooLong(extensions: Record<string, unknown>, message: string, limit_characters: number): string {
  const originalError = new OperationError("PAYLOAD_TOO_LARGE", message, { limit_characters });
  return resultJson({ data: null, errors: [new GraphQLError(message, { originalError })] }, extensions);
}

/**
 * Whether a value has more characters than that as JSON, about: escapes are not counted, and it stops counting where it is more. A text may stand in a result many times and
 * take its memory once, until it is written out.
 */
function isLongerThan(result: unknown, length_max: number): boolean {
  let left = length_max;
  const take = (value: unknown): void => {
    if (left < 0) return;
    if (typeof value === "string") left -= value.length + 2;
    else if (typeof value !== "object" || value === null) left -= 4;
    else if (Array.isArray(value)) {
      for (const item of value) take(item);
    } else {
      for (const key in value) {
        left -= key.length + 4;
        take((value as Record<string, unknown>)[key]);
      }
    }
  };
  take(result);
  return left < 0;
}
