import * as z from "zod";
import type { Movement as MovementFigures, MovementPage } from "./figures/movements.ts";
import { MOVER_METRICS, type MoverMetric } from "./figures/mover_metrics.ts";
import { comparedFigures, compareFigures } from "./metric_comparison.ts";
import type { FigureKind } from "./metrics.ts";
import { InsightProduct } from "./product.ts";
import { Ratio, ratio } from "./ratio.ts";

const NAMES = [...new Set(Object.values(MOVER_METRICS).flat())] as [MoverMetric, ...MoverMetric[]];
export const MoverMetricName = z.enum(NAMES);

export const PRESENCES = ["both", "new", "vanished"] as const;

/** What traffic is called that no campaign brought. */
export const NO_CAMPAIGN = "no campaign";

/** One value of a dimension and how far it moved. */
export const Movement = z
  .strictObject({
    rank: z.int().describe("1 for what moved furthest"),
    key: z.string().nullable().describe("The source, campaign, event type or friction signal; null for a product and for what has no campaign"),
    product: InsightProduct.nullable().describe("Where the dimension is product"),
    presence: z.enum(PRESENCES).describe("new: nothing of it in the previous range; vanished: nothing of it in this one"),
    ...comparedFigures,
    share: Ratio.describe("Of the whole change: below zero where it moved against the whole; null when the whole stayed the same"),
  })
  .meta({ id: "Movement" });

export const movementTotals = z
  .strictObject({ values: z.int().describe("How many values of the dimension occur in either range"), ...comparedFigures })
  .meta({ id: "MovementTotal" })
  .describe("All values together");

export function kindOf(metric: MoverMetric): FigureKind {
  return metric === "revenue" ? "money" : "count";
}

export function presenceOf({ present }: Pick<MovementFigures, "present">): (typeof PRESENCES)[number] {
  if (present.now === present.past) return "both";
  return present.now ? "new" : "vanished";
}

export function toMovement(
  { key, product, now, past, present }: MovementFigures,
  rank: number,
  metric: MoverMetric,
  whole: Pick<MovementPage, "now" | "past">,
  currency: string,
): z.output<typeof Movement> {
  return {
    rank,
    key,
    product,
    presence: presenceOf({ present }),
    ...compareFigures(kindOf(metric), now, past, currency),
    share: ratio(now - past, whole.now - whole.past),
  };
}
