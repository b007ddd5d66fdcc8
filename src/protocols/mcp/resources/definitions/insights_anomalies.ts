import { anomaliesInsight } from "../../../../domain/insights/anomalies.ts";
import { BASELINE_WEEKS } from "../../../../domain/insights/figures/baseline.ts";
import { anomaliesReport } from "../../../reports/anomalies.ts";
import type { McpResource } from "../resource.ts";
import { run } from "../run.ts";

const ANOMALIES_SHOWN = 50;

export const insightsAnomaliesResource: McpResource = {
  uri: "crow://insights/{date_from}/{date_to}/anomalies",
  name: "insights_anomalies_report",
  title: "Unusual days",
  description: `Days whose figures do not fit the same weekday of the ${BASELINE_WEEKS} weeks before, in Markdown, newest first: observed and expected figure, how many standard deviations apart, and the baseline it was judged by.`,
  mimeType: "text/markdown",
  scopes: ["insights:read"],
  operations: [anomaliesInsight.name],
  topic: () => "interactions",
  more: "Call insights_anomalies with fewer metrics or a shorter range.",
  read: ({ host }, { date_from, date_to }) => anomaliesReport(run(host, anomaliesInsight, { date_from, date_to, limit: ANOMALIES_SHOWN })),
};
