import { changesInsight } from "../../../../domain/insights/changes.ts";
import { changesReport } from "../../../reports/changes.ts";
import type { McpResource } from "../resource.ts";
import { run } from "../run.ts";

const DRIVERS_SHOWN = 8;

export const insightsChangesResource: McpResource = {
  uri: "crow://insights/{date_from}/{date_to}/changes",
  name: "insights_changes_report",
  title: "What changed, and why",
  description:
    "These days against the equally long range before, in Markdown: what a person would say first, every key figure, what the change in revenue is made of, the products, sources, campaigns, events and friction behind it, unusual days. For “what changed last week and why”.",
  mimeType: "text/markdown",
  scopes: ["insights:read"],
  operations: [changesInsight.name],
  topic: () => "interactions",
  more: "Call insights_changes, or insights_movers for one dimension.",
  read: ({ host }, { date_from, date_to }) => changesReport(run(host, changesInsight, { date_from, date_to, limit: DRIVERS_SHOWN })),
};
