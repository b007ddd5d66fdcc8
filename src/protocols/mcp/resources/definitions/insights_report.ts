import { insightsSummary } from "../../../../domain/insights/summary.ts";
import { summaryReport } from "../../../reports/summary.ts";
import type { McpResource } from "../resource.ts";
import { run } from "../run.ts";

export const insightsReportResource: McpResource = {
  uri: "crow://insights/{date_from}/{date_to}",
  name: "insights_report",
  title: "Insights of a range of days",
  description:
    "A report of these days (inclusive, in the organization's time zone) in Markdown: key figures beside the equally long range before, sources, events, funnel, top products, what rules find noteworthy, each day. The exact figures as JSON are at …/data.",
  mimeType: "text/markdown",
  scopes: ["insights:read"],
  operations: [insightsSummary.name],
  topic: () => "interactions",
  more: "Read …/data for the figures as JSON, or a shorter range.",
  read: ({ host }, { date_from, date_to }) => summaryReport(run(host, insightsSummary, { date_from, date_to }), host.organization.time_zone),
};
