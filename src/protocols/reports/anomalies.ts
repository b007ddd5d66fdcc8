import type * as z from "zod";
import type { anomaliesInsight } from "../../domain/insights/anomalies.ts";
import { figure, join, table, words } from "./markdown.ts";
import { reportHeader } from "./header.ts";

const BASELINE_SHOWN = 4;

/** Days that do not fit their weekday, with what they were judged by. */
export function anomaliesReport(answer: z.output<typeof anomaliesInsight.output>): string {
  const { anomalies, total_anomalies, days_checked } = answer;
  return join(
    reportHeader("Unusual days", answer),
    `${days_checked} of ${answer.range.days} days could be judged (a day needs to be over and to have four weeks of history). Where it says “may be chance”, chance alone would show one like it among so many. Found: ${total_anomalies}${total_anomalies > anomalies.length ? `, the newest ${anomalies.length} are here` : ""}.`,
    table(
      ["day", "figure", "direction", "observed", "expected", "standard deviations", "verdict", "same weekday before, latest first"],
      anomalies.map((anomaly) => [
        anomaly.date,
        words(anomaly.metric),
        anomaly.direction,
        figure(anomaly.metric, anomaly.observed),
        figure(anomaly.metric, anomaly.expected),
        anomaly.z.toFixed(1),
        anomaly.may_be_chance ? "may be chance" : "unlikely by chance",
        anomaly.baseline
          .slice(0, BASELINE_SHOWN)
          .map(({ observed }) => figure(anomaly.metric, observed))
          .join("; "),
      ]),
      "No unusual days.",
    ),
  );
}
