import type * as z from "zod";
import type { changesInsight } from "../../domain/insights/changes.ts";
import type { RevenueFactor } from "../../domain/insights/decomposition.ts";
import { METRIC_DEFINITIONS, type Figure } from "../../domain/insights/metrics.ts";
import { change, count, difference, figure, join, money, percent, plain, table, words } from "./markdown.ts";
import { reportHeader } from "./header.ts";
import { driverTable } from "./movements.ts";

type Changes = z.output<typeof changesInsight.output>;

const SENTENCE_MAX = 600;

const FACTOR_WORDS: Record<RevenueFactor, string> = {
  sessions: "sessions",
  conversion: "orders per session",
  order_value: "value of an order",
  refunds: "refunds",
};

/** What moved between two ranges, and what it came from. */
export function changesReport(changes: Changes): string {
  return join(
    reportHeader("What changed", changes),
    changes.previous_coverage.from === null ? "There is no data in the days before: nothing to compare with." : null,
    changes.findings.map((finding) => `- ${plain(finding, SENTENCE_MAX)}`).join("\n"),
    `## Key figures\n\n${table(
      ["figure", "now", "before", "difference", "change"],
      changes.metrics.map(({ metric, current, previous, difference: more, change: moved }) => [
        words(metric),
        figure(metric, current),
        figure(metric, previous),
        difference(METRIC_DEFINITIONS[metric].kind, more),
        change(moved),
      ]),
    )}`,
    decomposition(changes),
    ...changes.drivers.map((drivers) => `## By ${drivers.dimension}: ${words(drivers.metric)}\n\n${driverTable(drivers)}`),
    `## Unusual days\n\n${changes.total_unusual_days} found, ${changes.total_previous_unusual_days} in the days compared with.`,
    unusualDays([...changes.unusual_days, ...changes.previous_unusual_days]),
  );
}

function decomposition({ revenue_change }: Changes): string | null {
  if (revenue_change === null) return null;
  const rows = revenue_change.parts.map(({ factor, current, previous, effect, share }) => [
    FACTOR_WORDS[factor],
    shown(current),
    shown(previous),
    money(effect),
    percent(share),
  ]);
  return `## What the change in revenue is made of\n\n${table(
    ["factor", "now", "before", "did to the revenue", "of the whole change"],
    [...rows, ["all", "", "", money(revenue_change.difference), ""]],
  )}`;
}

/** Those that are listed, of both ranges; all of them are in the anomalies of each. */
function unusualDays(days: Changes["unusual_days"]): string | null {
  if (days.length === 0) return null;
  return table(
    ["day", "figure", "observed", "expected", "z", "verdict"],
    days.map(({ date, metric, observed, expected, z, may_be_chance }) => [
      date,
      words(metric),
      figure(metric, observed),
      figure(metric, expected),
      z.toFixed(1),
      may_be_chance ? "may be chance" : "unlikely by chance",
    ]),
  );
}

function shown({ value, money: amount }: z.output<typeof Figure>): string {
  return value === null ? money(amount) : count(value);
}
