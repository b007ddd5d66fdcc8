import * as z from "zod";
import type { Comparison } from "./compared_range.ts";
import { readMovements, type Movement, type MovementPage } from "./figures/movements.ts";
import { MOVER_DIMENSIONS, type MoverDimension, type MoverMetric } from "./figures/mover_metrics.ts";
import type { FigureReader } from "./figures/sums.ts";
import { comparedFigures, compareFigures } from "./metric_comparison.ts";
import { Movement as MovementShape, MoverMetricName, kindOf, presenceOf } from "./movement.ts";
import { InsightProduct } from "./product.ts";
import { Ratio, ratio } from "./ratio.ts";

const { current, previous, difference } = comparedFigures;
const share = Ratio.describe("difference / the total's difference: below zero where it moved against the whole; null when the whole stayed the same");

const Driver = MovementShape.omit({ rank: true, change: true })
  .extend({ product: InsightProduct.optional().describe("Where the dimension is product") })
  .meta({ id: "ChangeDriver" });

const Others = z.strictObject({ values: z.int().describe("How many"), current, previous, difference, share }).meta({ id: "ChangeDriverOthers" });

export const DRIVERS_LIMIT_MAX = 20;

export const DimensionDrivers = z
  .strictObject({
    dimension: z.enum(MOVER_DIMENSIONS),
    metric: MoverMetricName.describe("Revenue where the ranges have any, else sessions (views for products); interactions for events"),
    total: z
      .strictObject(comparedFigures)
      .meta({ id: "ChangeDriverTotal" })
      .describe("All values of the dimension: products add up what their items cost, before refunds"),
    drivers: z.array(Driver).max(DRIVERS_LIMIT_MAX).describe("What moved, furthest first"),
    others: Others.nullable().describe("All other values together: with them the drivers add up to the total. Null when there are none"),
  })
  .meta({ id: "DimensionDrivers" });

/** The figure that a dimension's change is told in, and the one that stands for it where the ranges have nothing of that. */
const METRICS: Record<MoverDimension, readonly [MoverMetric, ...MoverMetric[]]> = {
  product: ["revenue", "views"],
  source: ["revenue", "sessions"],
  campaign: ["revenue", "sessions"],
  event: ["interactions"],
  friction: ["occurrences"],
};

/** What moved in one dimension; money in minor units. */
export interface DriverFigures {
  dimension: MoverDimension;
  metric: MoverMetric;
  page: MovementPage;
}

/** The values of each dimension that moved furthest; a dimension without any value is left out. */
export function readDrivers(reader: FigureReader, comparison: Comparison, limit: number): DriverFigures[] {
  return MOVER_DIMENSIONS.flatMap((dimension): DriverFigures[] => {
    const read = (metric: MoverMetric): MovementPage => readMovements(reader, comparison, dimension, { metric, direction: "both", limit, offset: 0 });
    const [best, otherwise] = METRICS[dimension];
    const page = read(best);
    if (page.total_values === 0) return [];
    const has_any = page.now !== 0 || page.past !== 0 || page.total_moved > 0;
    return has_any || otherwise === undefined ? [{ dimension, metric: best, page }] : [{ dimension, metric: otherwise, page: read(otherwise) }];
  });
}

export function toDrivers({ dimension, metric, page }: DriverFigures, currency: string): z.output<typeof DimensionDrivers> {
  const kind = kindOf(metric);
  const sides = (now: number, past: number) => {
    const { current: shown, previous: before, difference: moved } = compareFigures(kind, now, past, currency);
    return { current: shown, previous: before, difference: moved, share: ratio(now - past, page.now - page.past) };
  };
  const others = page.total_values - page.movements.length;
  const sum = (side: "now" | "past"): number => page.movements.reduce((total, movement) => total + movement[side], 0);
  return {
    dimension,
    metric,
    total: compareFigures(kind, page.now, page.past, currency),
    drivers: page.movements.map((movement: Movement) => ({
      key: movement.key,
      ...(movement.product ? { product: movement.product } : {}),
      presence: presenceOf(movement),
      ...sides(movement.now, movement.past),
    })),
    others: others === 0 ? null : { values: others, ...sides(page.now - sum("now"), page.past - sum("past")) },
  };
}
