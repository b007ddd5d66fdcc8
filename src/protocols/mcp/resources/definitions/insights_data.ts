import { insightsSummary } from "../../../../domain/insights/summary.ts";
import type { McpResource } from "../resource.ts";
import { run } from "../run.ts";

export const insightsDataResource: McpResource = {
  uri: "crow://insights/{date_from}/{date_to}/data",
  name: "insights_data",
  title: "Figures of a range of days",
  description:
    "Everything the report of these days says, as exact JSON: totals with their change, sources, events, time series, funnel, top products, generated insights. Money is in minor units. Large: read the report first.",
  mimeType: "application/json",
  scopes: ["insights:read"],
  operations: [insightsSummary.name],
  topic: () => "interactions",
  more: "Read a shorter range, or call insights_timeseries and insights_products for long lists.",
  read: ({ host }, { date_from, date_to }) => run(host, insightsSummary, { date_from, date_to }),
};
