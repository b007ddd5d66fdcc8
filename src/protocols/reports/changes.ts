import type * as z from "zod";
import type { changesInsight } from "../../domain/insights/changes.ts";
import type { RevenueFactor } from "../../domain/insights/decomposition.ts";
import type { Figure } from "../../domain/insights/metrics.ts";
import { change, count, figure, join, money, percent, plain, table, words } from "./markdown.ts";
import { reportHeader } from "./header.ts";
import { productKey, productName } from "./product_name.ts";

type Changes = z.output<typeof changesInsight.output>;
type Drivers = Changes["drivers"][number];

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
      changes.metrics.map(({ metric, current, previous, difference, change: moved }) => [
        words(metric),
        figure(metric, current),
        figure(metric, previous),
        figure(metric, difference),
        change(moved),
      ]),
    )}`,
    decomposition(changes),
    ...changes.drivers.map((drivers) => `## By ${drivers.dimension}: ${words(drivers.metric)}\n\n${driverTable(drivers)}`),
    `## Unusual days\n\n${changes.total_unusual_days} found${changes.total_unusual_days > 0 ? ": see …/anomalies" : ""}; ${changes.total_previous_unusual_days} in the days compared with.`,
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

function driverTable({ dimension, drivers, others, total }: Drivers): string {
  if (drivers.length === 0) return `Nothing moved; all together ${shown(total.current)}.`;
  const is_product = dimension === "product";
  const id = (text: string): string[] => (is_product ? [text] : []);
  const rows = drivers.map((driver) => [
    driver.product ? productName(driver.product) : plain(driver.key ?? "none"),
    ...id(driver.product ? productKey(driver.product) : ""),
    shown(driver.current),
    shown(driver.previous),
    shown(driver.difference),
    percent(driver.share),
    driver.presence === "both" ? "" : driver.presence,
  ]);
  if (others) {
    const label = others.values === 1 ? "1 other" : `${others.values} others`;
    rows.push([label, ...id(""), shown(others.current), shown(others.previous), shown(others.difference), percent(others.share), ""]);
  }
  rows.push(["all", ...id(""), shown(total.current), shown(total.previous), shown(total.difference), "", ""]);
  return table([dimension, ...id("id"), "now", "before", "difference", "of the whole change", "new or gone"], rows);
}

function shown({ value, money: amount }: z.output<typeof Figure>): string {
  return value === null ? money(amount) : count(value);
}
