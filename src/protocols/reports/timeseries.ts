import type * as z from "zod";
import { METRIC_DEFINITIONS, type Figure, type FigureKind } from "../../domain/insights/metrics.ts";
import type { timeseriesInsight } from "../../domain/insights/timeseries.ts";
import { formatDecimal } from "../../domain/money.ts";
import { count, join, plain, table, words } from "./markdown.ts";
import { keyName } from "./key_name.ts";
import { reportHeader } from "./header.ts";

type Timeseries = z.output<typeof timeseriesInsight.output>;

/** Intervals in one table, and figures, whatever its number of columns. */
const ROWS_SHOWN = 200;
const FIGURES_SHOWN = 800;
const UNITS: Record<FigureKind, string | null> = { count: null, rate: "In percent.", money: null };

/** One figure over time: a row for each interval, a column for each value of the dimension. What does not fit is the oldest. */
export function timeseriesReport(answer: Timeseries): string {
  const { metric, interval, dimension, series } = answer;
  const { kind } = METRIC_DEFINITIONS[metric];
  const points = series[0]?.points ?? [];
  const partial = points.some((point) => point.partial);
  const shown = Math.max(1, Math.min(ROWS_SHOWN, Math.floor(FIGURES_SHOWN / Math.max(1, series.length))));
  const first = Math.max(0, points.length - shown);
  const rows = points
    .slice(first)
    .map((point, index) => [
      point.label,
      ...series.map((each) => bare(kind, each.points[first + index])),
      ...(partial ? [point.partial ? "cut short by the range" : ""] : []),
    ]);
  const whole = ["whole range", ...series.map(({ total }) => bare(kind, total)), ...(partial ? [""] : [])];
  const currency = series.map(({ total }) => total.money?.currency).find((code) => code !== undefined);
  return join(
    reportHeader(`${words(metric)} by ${interval}${dimension === null ? "" : ` and ${dimension}`}`, answer),
    currency === undefined ? UNITS[kind] : `In ${currency}.`,
    first === 0 ? null : `The newest ${points.length - first} of ${points.length}; ask for earlier days, or a longer interval, to see the others.`,
    table(
      [interval === "day" ? "date" : interval, ...series.map((each) => columnName(each, answer)), ...(partial ? ["partial"] : [])],
      rows.length === 0 ? [] : [...rows, whole],
    ),
  );
}

function columnName({ kind, key }: Timeseries["series"][number], { metric, dimension }: Timeseries): string {
  if (kind === "value") return keyName(dimension, key);
  return kind === "rest" ? "all others" : plain(words(metric));
}

/** A figure without its unit, which the table says once. */
function bare(kind: FigureKind, figure: Figure | undefined): string {
  if (figure === undefined) return "–";
  if (kind === "money") return figure.money ? formatDecimal(figure.money.amount, figure.money.currency) : "–";
  if (figure.value === null) return "–";
  return kind === "rate" ? (figure.value * 100).toFixed(1) : count(figure.value);
}
