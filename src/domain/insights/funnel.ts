import * as z from "zod";
import { invalid } from "../errors.ts";
import { defineOperation } from "../operation.ts";
import { comparisonInput, resolveComparison } from "./compared_range.ts";
import { answerHeader, comparedShape } from "./coverage.ts";
import { toDateRange } from "./range.ts";
import { FUNNEL_STEPS, type FunnelStep } from "./figures/reach.ts";
import { DEFAULT_STEPS, Funnel, FUNNEL_DIMENSIONS, readReach, toFunnel } from "./funnel_figures.ts";
import { FUNNEL_VALUES_MAX, FunnelOfOthers, FunnelOfValue, splitFunnel } from "./funnel_split.ts";

export const funnelInsight = defineOperation({
  name: "insights.funnel",
  summary: "Purchase funnel",
  description:
    "How many sessions went through the steps in order, and what share of them " +
    "went on. A session counts for a step when its events contain that step after " +
    "every step before it in the list. Steps can be left out, but keep their order. Beside it the funnel of another range, and on request both for " +
    "each source or campaign: a session belongs to the one that it started with.",
  effect: "read",
  scope: "insights:read",
  cost: 1,
  input: z.strictObject({
    ...comparisonInput,
    steps: z
      .array(z.enum(FUNNEL_STEPS))
      .min(1)
      .max(FUNNEL_STEPS.length)
      .default(DEFAULT_STEPS)
      .describe(`Steps in this order, any of them left out: ${FUNNEL_STEPS.join(", ")}. Default ${DEFAULT_STEPS.join(", ")}`),
    dimension: z.enum(FUNNEL_DIMENSIONS).optional().describe("Split it"),
  }),
  output: z
    .strictObject({
      ...comparedShape,
      ...Funnel.shape,
      previous: Funnel.describe("The same of the days compared with"),
      values: z
        .array(FunnelOfValue)
        .max(FUNNEL_VALUES_MAX)
        .describe("With a dimension: its values with most sessions in both ranges together, most first"),
      others: FunnelOfOthers.nullable().describe("All other values together: with them the values add up to the whole. Null when there are none"),
    })
    .meta({ id: "FunnelInsight" }),
  errors: [],
  examples: [
    { title: "View to purchase in October 2019", input: { date_from: "2019-10-01", date_to: "2019-10-31" } },
    {
      title: "All four steps",
      input: { date_from: "2019-10-01", date_to: "2019-10-31", steps: ["view_item", "add_to_cart", "begin_checkout", "purchase"] },
    },
    {
      title: "Each campaign's, beside September",
      input: { date_from: "2019-10-01", date_to: "2019-10-31", compare_from: "2019-09-01", compare_to: "2019-09-30", dimension: "campaign" },
    },
  ],
  rest: { method: "get", path: "/insights/funnel" },
  mcp: {
    core: true,
    description:
      "How many sessions went on from step to step, in order, and where they were lost, beside the range before. Carts that were left: insights.cart_abandonment.",
  },
  handle(ctx, input) {
    const comparison = resolveComparison(ctx, input);
    requireOrder(input.steps);
    const header = { ...answerHeader(ctx, comparison.range), previous_range: toDateRange(comparison.before) };
    const { dimension = null } = input;
    if (dimension !== null) return { ...header, ...splitFunnel(ctx, comparison, dimension, input.steps) };
    return {
      ...header,
      ...toFunnel(readReach(ctx, comparison.range), input.steps),
      previous: toFunnel(readReach(ctx, comparison.before), input.steps),
      values: [],
      others: null,
    };
  },
});

function requireOrder(steps: readonly FunnelStep[]): void {
  const positions = steps.map((step) => FUNNEL_STEPS.indexOf(step));
  if (positions.some((position, index) => index > 0 && position <= positions[index - 1]!)) {
    throw invalid("steps", `different steps in this order: ${FUNNEL_STEPS.join(", ")}`, "The funnel's steps are not in order");
  }
}
