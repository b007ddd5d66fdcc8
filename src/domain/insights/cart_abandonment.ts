import * as z from "zod";
import { defineOperation } from "../operation.ts";
import { SourceType } from "../interactions/interaction.ts";
import { comparedHeader, comparedShape } from "./coverage.ts";
import { countSessions, reachedAll, type Reach } from "./figures/reach.ts";
import { readSums } from "./figures/sums.ts";
import { readReach } from "./funnel_figures.ts";
import { RateChange, rateChange } from "./metrics.ts";
import { previousRange, rangeInput, resolveRange } from "./range.ts";
import { Ratio, complement } from "./ratio.ts";

const counts = {
  cart_sessions: z.int().describe("Sessions that started in the range and have an add_to_cart"),
  purchasing_cart_sessions: z.int().describe("Those of them that have a purchase"),
  abandoned_sessions: z.int().describe("Those of them that have none"),
};

const SourceAbandonment = z
  .strictObject({ source_type: SourceType, ...counts, abandonment_rate: Ratio.describe("1 − purchasing_cart_sessions / cart_sessions") })
  .meta({ id: "SourceAbandonment" });

export const cartAbandonmentInsight = defineOperation({
  name: "insights.cart_abandonment",
  summary: "Cart abandonment",
  description:
    "The share of sessions with something in the cart that end without a purchase, " +
    "how many of them were lost before and after the checkout began, and the " +
    "rate for each source.",
  effect: "read",
  scope: "insights:read",
  cost: 1,
  input: z.strictObject(rangeInput),
  output: z
    .strictObject({
      ...comparedShape,
      ...counts,
      abandonment_rate: RateChange.describe("1 − purchasing_cart_sessions / cart_sessions"),
      abandoned_before_checkout: z.int().describe("Abandoned sessions without a begin_checkout"),
      abandoned_in_checkout: z.int().describe("Abandoned sessions with a begin_checkout"),
      by_source: z.array(SourceAbandonment).describe("Sources with cart sessions, most first"),
    })
    .meta({ id: "CartAbandonmentInsight" }),
  errors: [],
  examples: [{ title: "October 2019", input: { date_from: "2019-10-01", date_to: "2019-10-31" } }],
  rest: { method: "get", path: "/insights/cart-abandonment" },
  handle(ctx, input) {
    const range = resolveRange(ctx, input);
    const rows = readSums(ctx, "rollup_sessions", range, ["source_type", "reached"]);
    const current = count(rows);
    const previous = count(readReach(ctx, previousRange(range)));
    const sources = Map.groupBy(rows, (row) => row.source_type);
    return {
      ...comparedHeader(ctx, range),
      ...current,
      abandonment_rate: rateChange(rateOf(current), rateOf(previous)),
      abandoned_before_checkout: countSessions(rows, (reached) => isAbandoned(reached) && !reachedAll(reached, ["begin_checkout"])),
      abandoned_in_checkout: countSessions(rows, (reached) => isAbandoned(reached) && reachedAll(reached, ["begin_checkout"])),
      by_source: [...sources]
        .map(([source_type, reach]) => ({ source_type: source_type as SourceType, ...count(reach), abandonment_rate: rateOf(count(reach)) }))
        .filter((source) => source.cart_sessions > 0)
        .toSorted((a, b) => b.cart_sessions - a.cart_sessions || (a.source_type < b.source_type ? -1 : 1)),
    };
  },
});

interface CartCounts {
  cart_sessions: number;
  purchasing_cart_sessions: number;
  abandoned_sessions: number;
}

function isAbandoned(reached: number): boolean {
  return reachedAll(reached, ["add_to_cart"]) && !reachedAll(reached, ["purchase"]);
}

function count(reach: Reach): CartCounts {
  const cart_sessions = countSessions(reach, (reached) => reachedAll(reached, ["add_to_cart"]));
  const abandoned_sessions = countSessions(reach, isAbandoned);
  return { cart_sessions, purchasing_cart_sessions: cart_sessions - abandoned_sessions, abandoned_sessions };
}

function rateOf(counted: CartCounts): number | null {
  return complement(counted.purchasing_cart_sessions, counted.cart_sessions);
}
