import { anomaliesInsight } from "../../../../domain/insights/anomalies.ts";
import { changesInsight } from "../../../../domain/insights/changes.ts";
import { funnelInsight } from "../../../../domain/insights/funnel.ts";
import { moversInsight } from "../../../../domain/insights/movers.ts";
import { insightsSummary } from "../../../../domain/insights/summary.ts";
import { timeseriesInsight } from "../../../../domain/insights/timeseries.ts";
import type { McpHost } from "../../../../domain/mcp/executor.ts";
import { productStory } from "../../../../domain/products/story.ts";
import { anomaliesReport } from "../../../reports/anomalies.ts";
import { changesReport } from "../../../reports/changes.ts";
import { funnelStepsReport } from "../../../reports/funnel.ts";
import { moversReport } from "../../../reports/movements.ts";
import { storyReport } from "../../../reports/story.ts";
import { summaryReport } from "../../../reports/summary.ts";
import { timeseriesReport } from "../../../reports/timeseries.ts";

type Report = (value: unknown, host: Pick<McpHost, "organization">) => string;

/** Answers that a report tells better than a rendering by shape, by their operation's name. */
export const REPORTS: ReadonlyMap<string, Report> = new Map([
  report(anomaliesInsight, anomaliesReport),
  report(changesInsight, changesReport),
  report(funnelInsight, funnelStepsReport),
  report(insightsSummary, (summary, { organization }) => summaryReport(summary, organization.time_zone)),
  report(moversInsight, moversReport),
  report(productStory, storyReport),
  report(timeseriesInsight, timeseriesReport),
]);

function report<Answer>(
  { name }: { name: string; output: { _output: Answer } },
  tell: (answer: Answer, host: Pick<McpHost, "organization">) => string,
): [string, Report] {
  return [name, (value, host) => tell(value as Answer, host).trimEnd()];
}
