import type * as z from "zod";
import { OperationError } from "./errors.ts";

const NAME_MAX = 200;

/** What is wrong with an input: the first issue as the catalogue's form, all of them in `details.issues` when there are several. */
export function validationError(error: z.ZodError, input: unknown): OperationError {
  const issues = error.issues.slice(0, 20).map((issue) => describeIssue(issue, input));
  const [first] = issues;
  const details = issues.length > 1 ? { ...first, issues } : { ...first };
  return new OperationError("VALIDATION_ERROR", first?.message ?? "The input is not valid", {
    field: details.field,
    expected: details.expected,
    ...(issues.length > 1 ? { issues } : {}),
  });
}

function describeIssue(issue: z.core.$ZodIssue, input: unknown): { field: string; expected: string; message: string } {
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys") {
    const field = shorten([...path, issue.keys[0]].join("."));
    return { field, expected: "a known field", message: `Unknown field ${field}` };
  }
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    const inner = issue.errors.flat();
    const deepest = inner.toSorted((a, b) => b.path.length - a.path.length)[0];
    if (deepest && deepest.path.length > 0) return describeIssue({ ...deepest, path: [...issue.path, ...deepest.path] }, input);
    // The alternative that took the type says what is wrong with the value.
    const judged = inner.find(({ code }) => code !== "invalid_type");
    if (judged && issue.message === "Invalid input") return describeIssue({ ...judged, path: issue.path }, input);
  }
  const field = shorten(path.join("."));
  return { field, expected: expectation(issue, isMissing(input, issue.path)), message: field ? `Invalid ${field}` : "Invalid input" };
}

/** Names come from the caller and go back to them: an answer must not be as long as the request was. */
function shorten(name: string): string {
  return name.length > NAME_MAX ? `${name.slice(0, NAME_MAX)}…` : name;
}

function isMissing(input: unknown, path: readonly PropertyKey[]): boolean {
  const value = path.reduce<unknown>((inside, key) => (typeof inside === "object" && inside !== null ? Reflect.get(inside, key) : undefined), input);
  return value === undefined;
}

function expectation(issue: z.core.$ZodIssue, missing: boolean): string {
  if (issue.code === "invalid_value") return `one of: ${issue.values.map(String).join(", ")}`;
  if (issue.code === "invalid_type") return missing ? `${issue.expected} (required)` : issue.expected;
  if (issue.code === "too_small") return `at least ${bound(issue.minimum, issue.origin)}`;
  if (issue.code === "too_big") return `at most ${bound(issue.maximum, issue.origin)}`;
  return issue.message;
}

/** What is counted, in words; a schema's own message has said it already. */
function bound(limit: number | bigint, origin: string): string {
  const unit = { string: "character", array: "item" }[origin];
  if (unit === undefined) return String(limit);
  return `${limit} ${unit}${Number(limit) === 1 ? "" : "s"}`;
}
