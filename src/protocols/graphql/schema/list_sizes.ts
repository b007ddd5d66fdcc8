import type { FieldCost } from "./field_cost.ts";
import { boundsOf, definitionOf, unwrap, type Schema } from "./zod_types.ts";

/** A list of objects counts as so many where its schema declares no bound. */
export const USUAL_LIST_COUNT = 10;

/**
 * And as so many where that is too few. Some lists are bounded by tens of thousands and nearly always short: what counted as its bound could hardly be asked for, so these count as what
 * they usually are. The few that are longer are held by the room of an answer, which each list takes from as it comes.
 */
export const USUAL_COUNTS: Readonly<Record<string, number>> = {
  "Timeseries.points": 100,
  "UsageReport.usage": 200,
  "UsageReport.limits": 50,
  "UsageReport.oauthClientLimits": 50,
};

/** What a list of objects counts as before it is known; undefined for anything else. `field` is `Type.field`. */
export function listSize(schema: Schema, field: string): FieldCost["size"] {
  const list = unwrap(schema);
  const { element } = definitionOf(list);
  if (!element || !definitionOf(unwrap(element)).shape) return undefined;
  return { at_most: boundsOf(list).max ?? USUAL_COUNTS[field] ?? USUAL_LIST_COUNT };
}
