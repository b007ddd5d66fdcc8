import { trackingInsight } from "../../../../domain/insights/tracking.ts";
import { listInteractions } from "../../../../domain/interactions/list.ts";
import { trackingReport } from "../../../reports/tracking.ts";
import type { McpResource } from "../resource.ts";
import { run } from "../run.ts";

const SAMPLED = 100;

export const insightsTrackingResource: McpResource = {
  uri: "crow://insights/{date_from}/{date_to}/tracking",
  name: "tracking_report",
  title: "Health of the tracking",
  description:
    "How well these days were tracked, in Markdown: what went silent (a campaign whose purchases stopped, a type that comes no more), each event type with its number beside the range before and the days without it, known types that never came, and how complete the newest interactions and purchases are (visitor, items, value, transaction id).",
  mimeType: "text/markdown",
  scopes: ["insights:read", "interactions:read"],
  operations: [trackingInsight.name, listInteractions.name, listInteractions.name],
  topic: () => "interactions",
  more: "Call interactions_list with a type for more samples, insights_tracking with other days, insights_timeseries by event for each day.",
  read({ host }, { date_from, date_to }) {
    const sample = (type?: "purchase") =>
      run(host, listInteractions, { filter: { date_from, date_to, ...(type ? { type } : {}) }, limit: SAMPLED }).data;
    return trackingReport({
      tracking: run(host, trackingInsight, { date_from, date_to }),
      newest: sample(),
      purchases: sample("purchase"),
    });
  },
};
