import { GraphQLError, type ExecutionResult } from "graphql";
import { ANSWERS_LENGTH_MAX, ANSWERS_VALUES_MAX, LIVE_ANSWER_LENGTH_MAX, LIVE_ANSWER_VALUES_MAX } from "../../domain/documents.ts";
import { OperationError } from "../../domain/errors.ts";
import type { Answer } from "./answer.ts";
import { resultJson } from "./result_json.ts";

const TOO_LONG = "The answers of this request are too long: ask for smaller pages or fewer fields. What it changed until then is changed";
const NOT_RUN = "The answers of this request are too long: ask for less at once. This operation was not run";
const LIVE_TOO_LONG = "This answer is too long for a subscription: ask for smaller pages or fewer fields";
const LIMITS = { limit_characters: ANSWERS_LENGTH_MAX, limit_fields: ANSWERS_VALUES_MAX };
const LIVE_LIMITS = { limit_characters: LIVE_ANSWER_LENGTH_MAX, limit_fields: LIVE_ANSWER_VALUES_MAX };

/** An execution's result as the client gets it; an error instead of one that there is no room for, or of what was not run (null) since there was none. */
export function answerJson(answer: Answer, result: ExecutionResult | null, extensions: Record<string, unknown>): string {
  const json = (result && fitting(answer, result, extensions)) ?? tooLong(extensions, result ? TOO_LONG : NOT_RUN, LIMITS);
  answer.takeCharacters(json.length);
  return json;
}

/** The same for one answer of a subscription, of which many may be told at once. */
export function liveAnswerJson(answer: Answer, result: ExecutionResult, extensions: Record<string, unknown>): string {
  return fitting(answer, result, extensions) ?? tooLong(extensions, LIVE_TOO_LONG, LIVE_LIMITS);
}

function fitting(answer: Answer, result: ExecutionResult, extensions: Record<string, unknown>): string | null {
  const length_max = answer.characters_left;
  const json = answer.full || isLongerThan(result.data, length_max) ? null : resultJson(result, extensions);
  return json !== null && json.length <= length_max ? json : null;
}

function tooLong(extensions: Record<string, unknown>, message: string, limits: typeof LIMITS): string {
  const originalError = new OperationError("PAYLOAD_TOO_LARGE", message, limits);
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
