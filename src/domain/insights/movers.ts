import * as z from "zod";
import { invalid } from "../errors.ts";
import { defineOperation } from "../operation.ts";
import { comparisonHeader, comparisonInput, comparisonShape, readComparison, resolveComparison } from "./compared_range.ts";
import { DIRECTIONS, readMovements } from "./figures/movements.ts";
import { MOVER_DIMENSIONS, MOVER_METRICS, type MoverDimension, type MoverMetric } from "./figures/mover_metrics.ts";
import { DIMENSIONS_EXPLAINED } from "./figures/totals.ts";
import { compareFigures } from "./metric_comparison.ts";
import { Movement, MoverMetricName, kindOf, movementTotals, toMovement } from "./movement.ts";

const MOVERS_LIMIT_MAX = 100;
const MOVERS_OFFSET_MAX = 10_000;

export const moversInsight = defineOperation({
  name: "insights.movers",
  summary: "What moved most",
  description:
    "The products, sources, campaigns, events or friction signals whose figure changed most against another range, furthest first, each with both values, " +
    "the difference and its share of the whole change. What is new or has vanished says so. More of them by `offset`.",
  effect: "read",
  scope: "insights:read",
  cost: 1,
  input: z.strictObject({
    ...comparisonInput,
    dimension: z
      .enum(MOVER_DIMENSIONS)
      .default("product")
      .describe(`What to split the change by, one of: ${MOVER_DIMENSIONS.join(", ")}. Default product. ${DIMENSIONS_EXPLAINED}`),
    metric: MoverMetricName.optional().describe(
      `product: ${list("product")}; source and campaign: ${list("source")}; event: interactions; friction: occurrences. Default the first`,
    ),
    direction: z.enum(DIRECTIONS).default("both").describe("Only what grew, only what shrank, or both. Default both"),
    limit: z.coerce.number().int().min(1).max(MOVERS_LIMIT_MAX).default(10).describe(`How many, 1 to ${MOVERS_LIMIT_MAX}. Default 10`),
    offset: z.coerce.number().int().min(0).max(MOVERS_OFFSET_MAX).default(0).describe("`next_offset` of the answer before"),
  }),
  output: z
    .strictObject({
      ...comparisonShape,
      dimension: z.enum(MOVER_DIMENSIONS),
      metric: MoverMetricName,
      direction: z.enum(DIRECTIONS),
      total: movementTotals,
      total_movers: z.int().describe("All that moved in this direction, listed or not"),
      movers: z.array(Movement).max(MOVERS_LIMIT_MAX).describe("Furthest moved first"),
      next_offset: z.int().nullable().describe("Send as `offset` for those that follow; null at the end"),
    })
    .meta({ id: "MoversInsight" }),
  errors: [],
  examples: [
    { title: "Products whose revenue moved most", input: { date_from: "2019-10-01", date_to: "2019-10-07", limit: 5 } },
    {
      title: "Events that became fewer than a month before",
      input: { dimension: "event", direction: "down", date_from: "2019-10-01", date_to: "2019-10-07", compare_from: "2019-09-01" },
    },
  ],
  rest: { method: "get", path: "/insights/movers" },
  mcp: {
    core: true,
    description: "Ranks what grew or shrank most between two ranges of days, in one dimension. For 'which products lost most'.",
  },
  handle(ctx, input) {
    const comparison = resolveComparison(ctx, input);
    const metric = metricOf(input.dimension, input.metric);
    const { currency } = ctx.organization;
    const page = readMovements(readComparison(ctx, comparison), comparison, input.dimension, { ...input, metric });
    const next_offset = input.offset + page.movements.length;
    return {
      ...comparisonHeader(ctx, comparison),
      dimension: input.dimension,
      metric,
      direction: input.direction,
      total: { values: page.total_values, ...compareFigures(kindOf(metric), page.now, page.past, currency) },
      total_movers: page.total_moved,
      movers: page.movements.map((movement, index) => toMovement(movement, input.offset + index + 1, metric, page, currency)),
      next_offset: next_offset < Math.min(page.total_moved, MOVERS_OFFSET_MAX + 1) ? next_offset : null,
    };
  },
});

function list(dimension: MoverDimension): string {
  return MOVER_METRICS[dimension].join(", ");
}

function metricOf(dimension: MoverDimension, asked: MoverMetric | undefined): MoverMetric {
  const possible: readonly MoverMetric[] = MOVER_METRICS[dimension];
  if (asked === undefined) return possible[0]!;
  if (!possible.includes(asked)) throw invalid("metric", `for ${dimension} one of: ${list(dimension)}`, `There are no ${asked} by ${dimension}`);
  return asked;
}
