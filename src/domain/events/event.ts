import * as z from "zod";
import { Timestamp } from "../time.ts";

export const Event = z
  .strictObject({
    id: z.string().describe("Place in the log: the sequence, and for one interaction of a batch `.` and its place. Resume with it"),
    type: z.string(),
    subject: z.string().describe("Id of what changed"),
    created_at: Timestamp,
    data: z.json(),
  })
  .meta({ id: "Event" });
export type Event = z.infer<typeof Event>;

/** Patterns: a type, `product.*`, or `*`; null is all. */
export function matchesType(patterns: readonly string[] | null, type: string): boolean {
  if (patterns === null) return true;
  return patterns.some((pattern) => pattern === "*" || pattern === type || (pattern.endsWith(".*") && type.startsWith(pattern.slice(0, -1))));
}

/** A place in the log: everything up to `sequence` was seen, or only the first `index` interactions of it when `index` is set. */
export interface LogPosition {
  sequence: number;
  index: number | null;
}

/** `12` or `12.3` as a place in the log; null for anything else. */
export function parsePosition(text: string): LogPosition | null {
  const match = /^(\d{1,15})(?:\.(\d{1,4}))?$/.exec(text);
  return match ? { sequence: Number(match[1]), index: match[2] === undefined ? null : Number(match[2]) } : null;
}
