import type { GeneratedInsight } from "../../domain/insights/generated/insight.ts";
import { percent, plain } from "./markdown.ts";

const TEXT_MAX = 600;

/** What rules found, each with what to do about it. */
export function findingList(findings: readonly GeneratedInsight[]): string {
  if (findings.length === 0) return "The rules found nothing noteworthy.";
  return findings
    .map(({ title, severity, confidence, description, recommendations }) => {
      const advice = recommendations.map(({ text }) => `  - ${plain(text, TEXT_MAX)}`);
      return [
        `- **${severity}: ${plain(title, TEXT_MAX)}**${confidence === null ? "" : ` (confidence ${percent(confidence)})`}. ${plain(description, TEXT_MAX)}`,
        ...advice,
      ].join("\n");
    })
    .join("\n");
}
