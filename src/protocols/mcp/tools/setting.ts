import { lastFullWeek, todayOf } from "../../../domain/insights/calendar.ts";
import type { McpHost } from "../../../domain/mcp/executor.ts";
import type { AnyOperation } from "../../../domain/operation.ts";

/** What dates and amounts mean here, before an answer of figures: the server's instructions are everybody's, and not every host shows them. Null for other answers. */
export function settingOf({ scope }: AnyOperation, host: Pick<McpHost, "now" | "organization">): string | null {
  if (scope !== "insights:read") return null;
  const { time_zone, currency } = host.organization;
  const week = lastFullWeek(host);
  return `Today is ${todayOf(host)} in ${time_zone}; the last full week was ${week.date_from} to ${week.date_to}; figures are in ${currency}.`;
}
