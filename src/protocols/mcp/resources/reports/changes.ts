import type * as z from "zod";
import type { changesInsight } from "../../../../domain/insights/changes.ts";
import type { Figure } from "../../../../domain/insights/metrics.ts";
import { change, count, figure, join, money, percent, plain, table, words } from "../markdown.ts";
import { reportHeader } from "./header.ts";
import { productKey, productName } from "./product_name.ts";

type Changes = z.output<typeof changesInsight.output>;
type Drivers = Changes["drivers"][number];

const SENTENCE_MAX = 600;

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
    ...changes.drivers.map((drivers) => `## By ${drivers.dimension}: ${words(drivers.metric)}\n\n${driverTable(drivers)}`),
    `## Unusual days\n\n${changes.total_unusual_days} found${changes.total_unusual_days > 0 ? ": see …/anomalies" : ""}.`,
  );
}

function driverTable({ dimension, drivers, others, total }: Drivers): string {
  const rows = drivers.map((driver) => [
    driver.product ? productName(driver.product) : plain(driver.key ?? "none"),
    ...(dimension === "product" ? [driver.product ? productKey(driver.product) : ""] : []),
    shown(driver.current),
    shown(driver.previous),
    shown(driver.difference),
    percent(driver.share),
    driver.presence === "both" ? "" : driver.presence,
  ]);
  const pad = dimension === "product" ? [""] : [];
  if (others)
    rows.push([
      `${others.values} others`,
      ...pad,
      shown(others.current),
      shown(others.previous),
      shown(others.difference),
      percent(others.share),
      "",
    ]);
  rows.push(["all", ...pad, shown(total.current), shown(total.previous), shown(total.difference), "", ""]);
  return table([dimension, ...(dimension === "product" ? ["id"] : []), "now", "before", "difference", "of the whole change", ""], rows);
}

function shown({ value, money: amount }: z.output<typeof Figure>): string {
  return value === null ? money(amount) : count(value);
}
