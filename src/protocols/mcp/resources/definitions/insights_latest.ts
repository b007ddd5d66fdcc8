import { insightsSummary } from "../../../../domain/insights/summary.ts";
import { lastSevenDays } from "../../../../domain/insights/calendar.ts";
import { summaryReport } from "../../../reports/summary.ts";
import type { McpResource } from "../resource.ts";
import { run } from "../run.ts";

export const latestInsightsResource: McpResource = {
  uri: "crow://insights/latest",
  name: "latest_insights",
  title: "Insights of the last seven days",
  description:
    "The report of the seven days that ended yesterday, beside the seven before: key figures, sources, events, funnel, top products, noteworthy findings. A good first look; other ranges are at crow://insights/{date_from}/{date_to}.",
  mimeType: "text/markdown",
  scopes: ["insights:read"],
  operations: [insightsSummary.name],
  topic: () => "interactions",
  more: "Read crow://insights/{date_from}/{date_to}/data for the figures as JSON.",
  read: ({ host }) => summaryReport(run(host, insightsSummary, lastSevenDays(host)), host.organization.time_zone),
};
