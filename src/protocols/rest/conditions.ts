import { OperationError, invalid } from "../../domain/errors.ts";

/** A strong ETag from a row's version. */
export function etagOf(version: number): string {
  return `"${version}"`;
}

/**
 * If-Match (RFC 9110, 13.1.1) as the version the client saw: a number, "any" for `*`, or null when the header is absent. An ETag that is none of ours can match no
 * version, so it reads as -1.
 */
export function readIfMatch(header: string | null): number | "any" | null {
  if (header === null) return null;
  const value = header.trim();
  if (value === "*") return "any";
  if (value.includes(",")) throw invalid("If-Match", "one ETag, as the last read answered it");
  const match = /^(?:W\/)?"(\d{1,15})"$/.exec(value);
  return match ? Number(match[1]) : -1;
}

/** Whether If-None-Match (RFC 9110, 13.1.2) names this version, so that 304 answers the read. */
export function noneMatchHits(header: string | null, version: number): boolean {
  if (header === null) return false;
  return header.split(",").some((tag) => tag.trim() === "*" || tag.trim().replace(/^W\//, "") === etagOf(version));
}

export function preconditionRequired(): OperationError {
  return new OperationError("PRECONDITION_REQUIRED", "This write needs an If-Match header with the ETag of the version you read", {
    header: "If-Match",
  });
}
