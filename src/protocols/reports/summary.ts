import type * as z from "zod";
import { METRIC_DEFINITIONS } from "../../domain/insights/metrics.ts";
import type { InsightsSummary } from "../../domain/insights/summary.ts";
import { change, count, figureOf, join, money, percent, plain, table, words } from "./markdown.ts";
import { findingList } from "./findings.ts";
import { reportHeader } from "./header.ts";
import { productKey, productName } from "./product_name.ts";

type Summary = z.output<typeof InsightsSummary>;

const EVENTS_SHOWN = 15;
const POINTS_SHOWN = 62;

/** The summary of a range for a reader: tables of what matters, sentences of what was found. */
export function summaryReport(summary: Summary, time_zone: string): string {
  return join(
    reportHeader("Insights", summary, time_zone),
    `## Key figures\n\n${table(["figure", "value", "before", "change"], keyFigures(summary.totals))}`,
    `## Noteworthy\n\n${findingList(summary.insights)}`,
    `## Sources\n\n${table(
      ["source", "interactions", "sessions", "orders", "revenue", "conversion"],
      summary.by_source.map((source) => [
        source.source_type,
        count(source.interactions),
        count(source.sessions),
        count(source.orders),
        money(source.revenue),
        percent(source.conversion_rate),
      ]),
    )}`,
    `## Events\n\n${table(
      ["event", "number", "share"],
      summary.by_event.slice(0, EVENTS_SHOWN).map((event) => [plain(event.type), count(event.interactions), percent(event.share)]),
    )}`,
    `## Funnel\n\n${table(
      ["step", "sessions", "of the step before", "of the first"],
      summary.funnel.steps.map((step) => [step.step, count(step.sessions), percent(step.rate_from_previous), percent(step.rate_from_first)]),
    )}`,
    `## Top products\n\n${table(
      ["product", "id", "views", "carts", "orders", "units", "revenue"],
      summary.top_products.map((product) => [
        productName(product),
        productKey(product),
        count(product.views),
        count(product.carts),
        count(product.purchases),
        count(product.quantity),
        money(product.item_revenue),
      ]),
    )}`,
    `## By ${summary.timeseries_interval}\n\n${series(summary)}`,
  );
}

function keyFigures(totals: Summary["totals"]): string[][] {
  const entries = Object.entries(totals) as [keyof typeof totals, (typeof totals)[keyof typeof totals]][];
  return entries.map(([name, { value, previous, change: moved }]) => {
    const { kind } = METRIC_DEFINITIONS[name];
    const show = (shown: typeof value): string => figureOf(kind, typeof shown === "object" ? { value: null, money: shown } : { value: shown });
    return [words(name), show(value), show(previous), change(moved)];
  });
}

function series({ timeseries }: Summary): string {
  if (timeseries.length > POINTS_SHOWN) return `${timeseries.length} points: call insights_timeseries, by week or month.`;
  return table(
    ["from", "interactions", "sessions", "visitors", "orders", "revenue"],
    timeseries.map((point) => [
      point.date,
      count(point.interactions),
      count(point.sessions),
      count(point.visitors),
      count(point.orders),
      money(point.revenue),
    ]),
  );
}
