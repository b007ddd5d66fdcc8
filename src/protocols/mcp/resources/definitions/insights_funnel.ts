import { cartAbandonmentInsight } from "../../../../domain/insights/cart_abandonment.ts";
import { FUNNEL_STEPS } from "../../../../domain/insights/figures/reach.ts";
import { frictionInsight } from "../../../../domain/insights/friction.ts";
import { funnelInsight } from "../../../../domain/insights/funnel.ts";
import { funnelReport } from "../../../reports/funnel.ts";
import type { McpResource } from "../resource.ts";
import { run } from "../run.ts";

export const insightsFunnelResource: McpResource = {
  uri: "crow://insights/{date_from}/{date_to}/funnel",
  name: "insights_funnel_report",
  title: "Where customers are lost",
  description:
    "The way from product view to purchase in these days and in the range before, in Markdown: sessions at each step, what share went on, cart abandonment by source, and friction (errors, rage clicks, slow pages) per hundred sessions.",
  mimeType: "text/markdown",
  scopes: ["insights:read"],
  operations: [cartAbandonmentInsight.name, frictionInsight.name, funnelInsight.name, funnelInsight.name],
  topic: () => "interactions",
  more: "Call insights_funnel, insights_cart_abandonment and insights_friction.",
  read({ host }, { date_from, date_to }) {
    const carts = run(host, cartAbandonmentInsight, { date_from, date_to });
    const funnelOf = (range: { date_from?: string | undefined; date_to?: string | undefined }) =>
      run(host, funnelInsight, { date_from: range.date_from, date_to: range.date_to, steps: [...FUNNEL_STEPS] });
    return funnelReport({
      funnel: funnelOf({ date_from, date_to }),
      funnel_before: funnelOf(carts.previous_range),
      carts,
      friction: run(host, frictionInsight, { date_from, date_to }),
    });
  },
};
