import { ERROR_CATALOGUE, type ErrorCode } from "../../../domain/errors.ts";
import type { AnyOperation } from "../../../domain/operation.ts";

/** What any operation can answer. */
const ALWAYS: readonly ErrorCode[] = ["VALIDATION_ERROR", "UNAUTHENTICATED", "FORBIDDEN", "RATE_LIMITED", "INTERNAL_ERROR", "UNAVAILABLE"];
const WITH_BODY: readonly ErrorCode[] = ["PAYLOAD_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE"];
const WITH_WRITE: readonly ErrorCode[] = ["IDEMPOTENCY_IN_PROGRESS", "IDEMPOTENCY_MISMATCH"];

/** Every error code an operation can answer in a version. */
export function errorsOf(operation: AnyOperation, requires_if_match: boolean): ErrorCode[] {
  const body = operation.rest.method !== "get" && operation.rest.method !== "delete";
  const precondition = operation.versioned && (operation.effect === "update" || operation.effect === "delete");
  return [
    ...new Set<ErrorCode>([
      ...ALWAYS,
      ...(body ? WITH_BODY : ["URI_TOO_LONG" as const]),
      ...(operation.effect === "read" ? [] : WITH_WRITE),
      ...(precondition ? ["PRECONDITION_FAILED" as const] : []),
      ...(precondition && requires_if_match ? ["PRECONDITION_REQUIRED" as const] : []),
      ...operation.errors,
    ]),
  ];
}

/** References to the shared error responses, by status. */
export function errorResponses(codes: readonly ErrorCode[]): Record<string, unknown> {
  const statuses = [...new Set(codes.map((code) => ERROR_CATALOGUE[code].status))].toSorted((a, b) => a - b);
  return Object.fromEntries(statuses.map((status) => [String(status), { $ref: `#/components/responses/Error${status}` }]));
}

/** The error schema and one response for each status of the catalogue, with an example for each code. */
export function errorComponents() {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of Object.keys(ERROR_CATALOGUE) as ErrorCode[]) {
    const { status } = ERROR_CATALOGUE[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const responses = Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      `Error${status}`,
      {
        description: codes.map((code) => `\`${code}\`: ${ERROR_CATALOGUE[code].summary}`).join(" "),
        headers: { "X-Request-Id": { $ref: "#/components/headers/X-Request-Id" } },
        content: {
          "application/json": {
            schema: { $ref: "#/components/schemas/Error" },
            examples: Object.fromEntries(codes.map((code) => [code, { value: exampleOf(code) }])),
          },
        },
      },
    ]),
  );
  return {
    responses,
    headers: {
      "X-Request-Id": { description: "Names this request in logs and support", schema: { type: "string" } },
      RateLimit: { description: "What remains of each window and seconds until it resets (IETF RateLimit draft)", schema: { type: "string" } },
      "RateLimit-Policy": { description: "The windows and their quotas (IETF RateLimit draft)", schema: { type: "string" } },
      ETag: { description: "The row's version; send it in If-Match or If-None-Match", schema: { type: "string" } },
    },
    schemas: {
      Error: {
        type: "object",
        required: ["error"],
        additionalProperties: false,
        properties: {
          error: {
            type: "object",
            required: ["code", "message", "details"],
            additionalProperties: false,
            properties: {
              code: { type: "string", enum: Object.keys(ERROR_CATALOGUE) },
              message: { type: "string", description: "For people; says what to do next" },
              details: { type: "object", description: "For programs, e.g. `field` and `expected`", additionalProperties: true },
            },
          },
        },
      },
    },
  };
}

function exampleOf(code: ErrorCode): unknown {
  const details = code === "VALIDATION_ERROR" ? { field: "date_from", expected: "ISO 8601 format" } : {};
  return { error: { code, message: code === "VALIDATION_ERROR" ? "Invalid date_from" : ERROR_CATALOGUE[code].summary, details } };
}
