import { formatDecimal, type Money } from "../../domain/money.ts";
import { METRIC_DEFINITIONS, type Figure, type FigureKind, type Metric } from "../../domain/insights/metrics.ts";

const CELL_LENGTH_MAX = 80;
const NOTHING = "–";

/** Text that came from clients, as it may stand in a table or a sentence: one line, bounded, nothing that reads as Markdown's own structure. */
export function plain(text: string, length_max = CELL_LENGTH_MAX): string {
  const line = text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ")
    .replaceAll("|", "\\|")
    .replaceAll("`", "'")
    .trim();
  return line.length > length_max ? `${line.slice(0, length_max - 1)}…` : line;
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
