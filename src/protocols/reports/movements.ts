import type * as z from "zod";
import type { changesInsight } from "../../domain/insights/changes.ts";
import type { Figure } from "../../domain/insights/metrics.ts";
import type { moversInsight } from "../../domain/insights/movers.ts";
import { change, count, join, money, percent, table, words } from "./markdown.ts";
import { keyName } from "./key_name.ts";
import { reportHeader } from "./header.ts";
import { productKey, productName } from "./product_name.ts";

type Drivers = z.output<typeof changesInsight.output>["drivers"][number];
type Movers = z.output<typeof moversInsight.output>;
type Moved = Pick<Movers["movers"][number], "key" | "presence" | "current" | "previous" | "difference" | "share"> & {
  product?: Movers["movers"][number]["product"] | undefined;
};

/** What moved most in one dimension, with all others together. */
export function driverTable({ dimension, drivers, others, total }: Drivers): string {
  if (drivers.length === 0) return `Nothing moved; all together ${shown(total.current)}.`;
  const rest = others && {
    label: others.values === 1 ? "1 other" : `${others.values} others`,
    figures: [...figuresOf(others), percent(others.share), ""],
  };
  const is_sum = drivers.length > 1 || rest !== null;
  return movementTable(dimension, drivers, [
    ...(rest ? [[rest.label, ...rest.figures]] : []),
    ...(is_sum ? [["all", ...figuresOf(total), "", ""]] : []),
  ]);
}

/** What moved most between two ranges, one page of it. */
export function moversReport(answer: Movers): string {
  const { dimension, metric, direction, total, total_movers, movers } = answer;
  const way = { up: "grew", down: "shrank", both: "moved" }[direction];
  const whole = `${shown(total.current)}, from ${shown(total.previous)} (${change(total.change)})`;
  return join(
    reportHeader(`What moved: ${words(metric)} by ${dimension}`, answer),
    `${count(total_movers)} of ${count(total.values)} ${way}. All together: ${whole}.`,
    movers.length === 0 ? null : movementTable(dimension, movers, []),
  );
}

function movementTable(dimension: string, moved: readonly Moved[], sums: readonly string[][]): string {
  const is_product = dimension === "product";
  // The id has a column of its own, which sums leave empty.
  const id = (text: string): string[] => (is_product ? [text] : []);
  const rows = moved.map(({ key, product, presence, share, ...figures }) => [
    product ? productName(product) : keyName(dimension, key),
    ...id(product ? productKey(product) : ""),
    ...figuresOf(figures),
    percent(share),
    presence === "both" ? "" : presence,
  ]);
  const lines = [...rows, ...sums.map(([label, ...figures]) => [label!, ...id(""), ...figures])];
  const news = lines.some((line) => line.at(-1) !== "");
  const headers = [dimension, ...id("id"), "now", "before", "difference", "of the whole change", "new or gone"];
  return news
    ? table(headers, lines)
    : table(
        headers.slice(0, -1),
        lines.map((line) => line.slice(0, -1)),
      );
}

function figuresOf({ current, previous, difference }: { current: Figure; previous: Figure; difference: Figure }): string[] {
  return [shown(current), shown(previous), shown(difference)];
}

/** Figures that add up are counts, or money. */
function shown({ value, money: amount }: Figure): string {
  return value === null ? money(amount) : count(value);
}
