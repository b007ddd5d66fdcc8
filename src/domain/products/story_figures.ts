import * as z from "zod";
import { bucketGrid, type Interval } from "../insights/buckets.ts";
import { sumDays, type ProductStanding, type ProductSums } from "../insights/figures/one_product.ts";
import { comparedFigures, compareFigures } from "../insights/metric_comparison.ts";
import type { FigureKind } from "../insights/metrics.ts";
import { daysIn, type DayRange } from "../insights/range.ts";
import { Ratio, ratio } from "../insights/ratio.ts";
import { Money } from "../money.ts";
import type { Organization } from "../organizations/organization.ts";
import { dateOfDay } from "../time.ts";

export const PRODUCT_METRICS = ["views", "carts", "purchases", "revenue", "cart_to_view", "purchase_to_view"] as const;
type ProductMetric = (typeof PRODUCT_METRICS)[number];

const DEFINITIONS: Record<ProductMetric, { kind: FigureKind; of(sums: ProductSums): number | null }> = {
  views: { kind: "count", of: (sums) => sums.views },
  carts: { kind: "count", of: (sums) => sums.carts },
  purchases: { kind: "count", of: (sums) => sums.purchases },
  revenue: { kind: "money", of: (sums) => sums.revenue },
  cart_to_view: { kind: "rate", of: (sums) => ratio(sums.carts, sums.views) },
  purchase_to_view: { kind: "rate", of: (sums) => ratio(sums.purchases, sums.views) },
};

/** How a product's figure is shown. */
export function kindOfProductMetric(metric: ProductMetric): FigureKind {
  return DEFINITIONS[metric].kind;
}

export const ProductComparison = z
  .strictObject({
    metric: z
      .enum(PRODUCT_METRICS)
      .describe("purchases are orders that it was part of, revenue is what its units cost in them, cart_to_view carts / views"),
    ...comparedFigures,
  })
  .meta({ id: "ProductComparison" });

export function compareProduct(now: ProductSums, past: ProductSums, currency: string): z.output<typeof ProductComparison>[] {
  return PRODUCT_METRICS.map((metric) => {
    const { kind, of } = DEFINITIONS[metric];
    return { metric, ...compareFigures(kind, of(now), of(past), currency) };
  });
}

export const ProductRank = z
  .strictObject({
    metric: z.enum(["revenue", "views"]),
    rank: z.int().nullable().describe("1 for the product with most; equal ones share a rank. Null when it had none"),
    products: z.int().describe("Products with any event in the range"),
    previous_rank: z.int().nullable(),
    previous_products: z.int(),
  })
  .meta({ id: "ProductRank" });
export type ProductRank = z.output<typeof ProductRank>;

/** Its place by a figure that it has so much of, now and then. */
export function toRank(
  metric: ProductRank["metric"],
  now: number,
  past: number,
  standings: { now: ProductStanding; past: ProductStanding },
): ProductRank {
  const rank = (value: number, standing: ProductStanding): number | null => (value > 0 ? standing[`better_by_${metric}`] + 1 : null);
  return {
    metric,
    rank: rank(now, standings.now),
    products: standings.now.products,
    previous_rank: rank(past, standings.past),
    previous_products: standings.past.products,
  };
}

const STEPS = { view_item: "views", add_to_cart: "carts", purchase: "purchases" } as const;
const STEP_NAMES = Object.keys(STEPS) as [keyof typeof STEPS, ...(keyof typeof STEPS)[]];

export const ProductFunnelStep = z
  .strictObject({
    step: z.enum(STEP_NAMES),
    events: z.int(),
    rate_from_previous: Ratio.describe("events / events of the step before; null for the first step or when there were none"),
    rate_from_first: Ratio.describe("events / views; null without views"),
  })
  .meta({ id: "ProductFunnelStep" });

export function toFunnelSteps(sums: ProductSums): z.output<typeof ProductFunnelStep>[] {
  return STEP_NAMES.map((step, index) => {
    const events = sums[STEPS[step]];
    const before = STEP_NAMES[index - 1];
    return {
      step,
      events,
      rate_from_previous: before === undefined ? null : ratio(events, sums[STEPS[before]]),
      rate_from_first: ratio(events, sums.views),
    };
  });
}

export const ProductPoint = z
  .strictObject({
    date: z.iso.date().describe("The day, or the first day of the week or month that lies in the range"),
    views: z.int(),
    carts: z.int(),
    purchases: z.int(),
    revenue: Money,
  })
  .meta({ id: "ProductPoint" });

/** Above this many points a series goes on to the next longer interval. */
const POINTS_MAX = 31;

function intervalOf(range: DayRange): Exclude<Interval, "hour"> {
  if (daysIn(range) <= POINTS_MAX) return "day";
  return daysIn(range) <= 7 * POINTS_MAX ? "week" : "month";
}

export function toPoints(days: ReadonlyMap<number, ProductSums>, range: DayRange, { time_zone, currency }: Organization) {
  const timeseries_interval = intervalOf(range);
  const timeseries = bucketGrid(range, timeseries_interval, time_zone).buckets.map((bucket): z.output<typeof ProductPoint> => {
    const { views, carts, purchases, revenue } = sumDays(days, bucket);
    return { date: dateOfDay(bucket.from_day), views, carts, purchases, revenue: { amount: revenue, currency } };
  });
  return { timeseries_interval, timeseries };
}
