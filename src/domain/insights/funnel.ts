import * as z from "zod";
import { invalid } from "../errors.ts";
import { defineOperation } from "../operation.ts";
import { answerHeader, answerShape } from "./coverage.ts";
import { FUNNEL_STEPS, type FunnelStep } from "./figures/reach.ts";
import { DEFAULT_STEPS, Funnel, readReach, toFunnel } from "./funnel_figures.ts";
import { rangeInput, resolveRange } from "./range.ts";

export const funnelInsight = defineOperation({
  name: "insights.funnel",
  summary: "Purchase funnel",
  description:
    "How many sessions went through the steps in order, and what share of them " +
    "went on. A session counts for a step when its events contain that step after " +
    "every step before it in the list. Steps can be left out, but keep their order.",
  effect: "read",
  scope: "insights:read",
  cost: 1,
  input: z.strictObject({
    ...rangeInput,
    steps: z
      .array(z.enum(FUNNEL_STEPS))
      .min(1)
      .max(FUNNEL_STEPS.length)
      .default(DEFAULT_STEPS)
      .describe(`Steps in this order, any of them left out: ${FUNNEL_STEPS.join(", ")}. Default ${DEFAULT_STEPS.join(", ")}`),
  }),
  output: z.strictObject({ ...answerShape, ...Funnel.shape }).meta({ id: "FunnelInsight" }),
  errors: [],
  examples: [
    { title: "View to purchase in October 2019", input: { date_from: "2019-10-01", date_to: "2019-10-31" } },
    {
      title: "All four steps",
      input: { date_from: "2019-10-01", date_to: "2019-10-31", steps: ["view_item", "add_to_cart", "begin_checkout", "purchase"] },
    },
  ],
  rest: { method: "get", path: "/insights/funnel" },
  mcp: {
    core: true,
    description:
      "How many sessions went on from step to step, in order, and where they were lost. For carts that were left use insights.cart_abandonment (search_operations).",
  },
  handle(ctx, input) {
    const range = resolveRange(ctx, input);
    requireOrder(input.steps);
    return { ...answerHeader(ctx, range), ...toFunnel(readReach(ctx, range), input.steps) };
  },
});

function requireOrder(steps: readonly FunnelStep[]): void {
  const positions = steps.map((step) => FUNNEL_STEPS.indexOf(step));
  if (positions.some((position, index) => index > 0 && position <= positions[index - 1]!)) {
    throw invalid("steps", `different steps in this order: ${FUNNEL_STEPS.join(", ")}`, "The funnel's steps are not in order");
  }
}
