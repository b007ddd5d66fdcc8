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
    "The way from product view to purchase in these days and in the range before, in Markdown: sessions at each step and for each campaign, what share went on, cart abandonment by source, and friction (errors, rage clicks, slow pages) per hundred sessions.",
  mimeType: "text/markdown",
  scopes: ["insights:read"],
  operations: [cartAbandonmentInsight.name, frictionInsight.name, funnelInsight.name],
  topic: () => "interactions",
  more: "Call insights_funnel, insights_cart_abandonment and insights_friction.",
  read: ({ host }, { date_from, date_to }) =>
    funnelReport({
      funnel: run(host, funnelInsight, { date_from, date_to, steps: [...FUNNEL_STEPS], dimension: "campaign" }),
      carts: run(host, cartAbandonmentInsight, { date_from, date_to }),
      friction: run(host, frictionInsight, { date_from, date_to }),
    }),
};
