/** What GraphQL over HTTP answers in (section 4). */
export type MediaType = "application/json" | "application/graphql-response+json" | "text/event-stream";

const BY_RANGE: ReadonlyMap<string, MediaType> = new Map([
  ["application/json", "application/json"],
  ["application/graphql-response+json", "application/graphql-response+json"],
  ["text/event-stream", "text/event-stream"],
  ["application/*", "application/json"],
  ["*/*", "application/json"],
]);

/**
 * The media type that an Accept header likes best (RFC 9110, 12.5.1), the earlier of equals. A header that accepts none of ours is disregarded, as the specification allows: a
 * mutation that ran is not answered by 406.
 */
export function preferredType(accept: string | null): MediaType {
  let best: { type: MediaType; quality: number } | null = null;
  for (const item of (accept ?? "*/*").split(",")) {
    const [range, ...parameters] = item.split(";").map((part) => part.trim().toLowerCase());
    const type = BY_RANGE.get(range!);
    if (type === undefined) continue;
    const quality = Number(parameters.find((parameter) => parameter.startsWith("q="))?.slice(2) ?? 1);
    if (quality > (best?.quality ?? 0)) best = { type, quality };
  }
  return best?.type ?? "application/json";
}

/** The same for an answer that is no stream. */
export function preferredJsonType(accept: string | null): Exclude<MediaType, "text/event-stream"> {
  const type = preferredType(accept);
  return type === "text/event-stream" ? "application/json" : type;
}
