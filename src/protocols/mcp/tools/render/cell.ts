import { METRIC_DEFINITIONS, type FigureKind, type Metric } from "../../../../domain/insights/metrics.ts";
import { PRODUCT_METRICS, kindOfProductMetric } from "../../../../domain/products/story_figures.ts";
import { change, count, cut, money, percent, plain, points, words } from "../../../reports/markdown.ts";
import { isCompared, isFigure, isFigureLike, isMoney, isNamedProduct, isObject, isRange, type Fields, type NamedProduct } from "./shapes.ts";

const NOTHING = "–";
const ITEMS_SHOWN = 5;
const FIELDS_SHOWN = 6;
const LINE_LENGTH_MAX = 400;
/** An address is of no use when it is cut. */
const ADDRESS_LENGTH_MAX = 4_000;
export const ADDRESS = /(?:^|_)url$/;
const TIMESTAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d):\d\d(?:\.\d+)?Z$/;

/** Fields that are shares of something, which the domain writes as numbers from 0 to 1; what a metric is, its definition says. */
const SHARE = /(?:^|_)(?:rate|share)(?:_|$)|^confidence$/;
const CHANGE = /(?:^|_)change$/;
/** Fields that hold a figure of the metric that the answer names; others beside them, such as z, have their own measure. */
const FIGURES = new Set(["value", "previous", "current", "difference", "total", "observed", "expected", "standard_deviation"]);

const KINDS: ReadonlyMap<string, FigureKind> = new Map([
  ...PRODUCT_METRICS.map((metric) => [metric, kindOfProductMetric(metric)] as const),
  ...(Object.keys(METRIC_DEFINITIONS) as Metric[]).map((metric) => [metric, METRIC_DEFINITIONS[metric].kind] as const),
]);

interface CellOptions {
  /** What a figure measures, where the answer says so. */
  metric?: string | undefined;
  length_max?: number;
}

/** A value as a line or a cell says it. `name` is its field's. */
export function cell(name: string, value: unknown, options: CellOptions = {}): string {
  if (value === null || value === undefined || value === "") return NOTHING;
  if (typeof value === "number") return numberText(name, value, options.metric);
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string")
    return plain(value.replace(TIMESTAMP, "$1Z"), options.length_max ?? (ADDRESS.test(name) ? ADDRESS_LENGTH_MAX : LINE_LENGTH_MAX));
  if (isMoney(value)) return money(value);
  if (isCompared(value)) return `${cell(name, value.value, options)} (${change(value.change)})`;
  if (isFigure(value)) return value.money === undefined ? cell(name, value.value, options) : money(value.money);
  if (isRange(value)) return `${value.date_from} to ${value.date_to}`;
  if (isNamedProduct(value)) return productText(value);
  if (Array.isArray(value)) return listText(name, value);
  return isObject(value) ? objectText(value, options) : NOTHING;
}

function productText({ product_id, title, external_id, sku }: NamedProduct): string {
  const label = title ?? external_id ?? sku;
  if (label === null) return product_id ?? NOTHING;
  return product_id === null ? plain(label) : `${plain(label)} (${product_id})`;
}

function numberText(name: string, value: number, metric: string | undefined): string {
  if (CHANGE.test(name)) return change(value);
  const kind = KINDS.get(metric !== undefined && FIGURES.has(name) ? metric : name);
  if (kind === "rate" && name === "difference") return points(value);
  if (kind === "rate" || (kind === undefined && SHARE.test(name))) return percent(value);
  return count(Math.round(value * 100) / 100);
}

function listText(name: string, list: readonly unknown[]): string {
  if (list.length === 0) return "none";
  if (list.some((item) => typeof item === "object")) return `${list.length} ${words(name)}`;
  const more = list.length > ITEMS_SHOWN ? ` and ${list.length - ITEMS_SHOWN} more` : "";
  return (
    list
      .slice(0, ITEMS_SHOWN)
      .map((item) => cell(name, item))
      .join(", ") + more
  );
}

function objectText(value: Fields, options: CellOptions): string {
  const told = Object.entries(value).filter(([, item]) => item !== null && item !== undefined);
  if (told.length === 0) return NOTHING;
  const shown = told.slice(0, FIELDS_SHOWN).map(([name, item]) => `${words(plain(name))} ${cell(name, item, options)}`);
  return cut([...shown, ...(told.length > FIELDS_SHOWN ? ["…"] : [])].join("; "), options.length_max ?? LINE_LENGTH_MAX);
}

/** Whether a thing is said in one line: a figure, or a few plain fields. */
export function isSimple(value: Fields): boolean {
  if (isFigureLike(value)) return true;
  const items = Object.values(value);
  return (
    items.length <= FIELDS_SHOWN &&
    items.every((item) => typeof item !== "object" || isMoney(item) || (isObject(item) && isFigure(item)) || item === null)
  );
}

/** What a list or table is headed by: its path, and how many there are. */
export function headingOf(path: string, length?: number): string {
  return `**${words(plain(path)).replaceAll(".", " ")}**${length === undefined ? "" : ` (${length})`}`;
}
