import { formatDecimal, type Money } from "../../domain/money.ts";
import { METRIC_DEFINITIONS, type Figure, type FigureKind, type Metric } from "../../domain/insights/metrics.ts";

const CELL_LENGTH_MAX = 80;
const NOTHING = "–";

/** What breaks, turns or hides a text, or is seen as empty space. */
const UNSEEN = /[\s\u2800\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}]+/gu;

/** Text in one line, in which nothing is that cannot be seen, and no space is wider than one. */
export function visible(text: string): string {
  return text.replaceAll(UNSEEN, " ").trim();
}

/** Text that came from clients as one line, bounded: what it says, without what would break out of a line or cannot be seen. */
export function oneLine(text: string, length_max = CELL_LENGTH_MAX): string {
  return cut(visible(text).replaceAll("`", "'"), length_max);
}

/** Text that is one line already, no longer than this. */
export function cut(text: string, length_max: number): string {
  return text.length > length_max ? `${text.slice(0, length_max - 1)}…` : text;
}

/** The same, as it may stand in a table or a sentence: nothing of it is a link, an image, HTML, a cell's end, emphasis, a heading or a list's item. `length_max` counts what is seen. */
export function plain(text: string, length_max = CELL_LENGTH_MAX): string {
  return oneLine(text, length_max)
    .replaceAll(/[\\|[\]<*]|!(?=\[)/g, "\\$&")
    .replace(/^(?:[#>~]|[-+](?=[\s-]|$)|\d{1,9}(?=[.)](?:\s|$)))/, (start) => (/\d/.test(start) ? `${start}\\` : `\\${start}`));
}

/** A Markdown table; a sentence where there are no rows. Cells are as they will be seen: what came from clients goes through `plain` first. */
export function table(headers: readonly string[], rows: readonly (readonly string[])[], none = "None."): string {
  if (rows.length === 0) return none;
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(headers), line(headers.map(() => "---")), ...rows.map(line)].join("\n");
}

const NUMBERS = new Intl.NumberFormat("en");

export function count(value: number): string {
  return NUMBERS.format(value);
}

/** `19.99 EUR` */
export function money(value: Money | null | undefined): string {
  return value ? `${formatDecimal(value.amount, value.currency)} ${value.currency}` : NOTHING;
}

/** 0.1234 → `12.3 %` */
export function percent(value: number | null | undefined): string {
  return value == null ? NOTHING : `${(value * 100).toFixed(1)} %`;
}

/** A share of the previous figure with its sign; a dash where there was none to compare with. */
export function change(value: number | null): string {
  if (value === null) return NOTHING;
  return `${value > 0 ? "+" : ""}${(value * 100).toFixed(1)} %`;
}

/** How much more or less a figure is than another: a rate's in percentage points, which are no share of it. */
export function difference(kind: FigureKind, figure_difference: Figure): string {
  if (kind !== "rate") return figureOf(kind, figure_difference);
  return figure_difference.value === null ? NOTHING : points(figure_difference.value);
}

/** -0.004 → `-0.4 points` */
export function points(value: number): string {
  return `${(value * 100).toFixed(1)} points`;
}

/** One figure of whatever metric. */
export function figure(metric: Metric, value: Figure): string {
  return figureOf(METRIC_DEFINITIONS[metric].kind, value);
}

export function figureOf(kind: FigureKind, { value, money: amount }: Figure): string {
  if (kind === "money") return money(amount);
  if (value === null) return NOTHING;
  return kind === "rate" ? percent(value) : count(Math.round(value * 100) / 100);
}

/** `average_order_value` → `average order value` */
export function words(name: string): string {
  return name.replaceAll("_", " ");
}

export function join(...blocks: (string | null)[]): string {
  return `${blocks.filter((block) => block !== null).join("\n\n")}\n`;
}
