import { change, count, money, percent, plain, words } from "../../../reports/markdown.ts";
import { isCompared, isFigure, isMoney, isNamedProduct, isObject, isRange, type Fields, type NamedProduct } from "./shapes.ts";

const NOTHING = "–";
const ITEMS_SHOWN = 5;
const FIELDS_SHOWN = 6;
const LINE_LENGTH_MAX = 400;
/** An address is of no use when it is cut. */
const ADDRESS_LENGTH_MAX = 4_000;
const ADDRESS = /(?:^|_)url$/;
const TIMESTAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d):\d\d(?:\.\d+)?Z$/;

/** Figures that are shares, by their names: the domain writes them as numbers from 0 to 1. */
const SHARE = /(?:^|_)(?:rate|share)(?:_|$)|_to_view$|^(?:confidence|conversion)$/;
const CHANGE = /(?:^|_)change$/;

/** A value as a line or a cell says it. `name` is its field's; `metric` what it measures, where the answer says so. */
export function cell(name: string, value: unknown, metric = name): string {
  if (value === null || value === undefined || value === "") return NOTHING;
  if (typeof value === "number") return numberText(name, value, metric);
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string") return plain(value.replace(TIMESTAMP, "$1Z"), ADDRESS.test(name) ? ADDRESS_LENGTH_MAX : LINE_LENGTH_MAX);
  if (isMoney(value)) return money(value);
  if (isCompared(value)) return `${cell(name, value.value, metric)} (${change(value.change)})`;
  if (isFigure(value)) return value.money === undefined ? cell(name, value.value, metric) : money(value.money);
  if (isRange(value)) return `${value.date_from} to ${value.date_to}`;
  if (isNamedProduct(value)) return productText(value);
  if (Array.isArray(value)) return listText(name, value);
  return isObject(value) ? objectText(value, metric === name ? undefined : metric) : NOTHING;
}

function productText({ product_id, title, external_id, sku }: NamedProduct): string {
  const label = title ?? external_id ?? sku;
  if (label === null) return product_id ?? NOTHING;
  return product_id === null ? plain(label) : `${plain(label)} (${product_id})`;
}

function numberText(name: string, value: number, metric: string): string {
  if (CHANGE.test(name)) return change(value);
  if (SHARE.test(name) || SHARE.test(metric)) return percent(value);
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

function objectText(value: Fields, metric: string | undefined): string {
  const told = Object.entries(value).filter(([, item]) => item !== null && item !== undefined);
  if (told.length === 0) return NOTHING;
  const shown = told.slice(0, FIELDS_SHOWN).map(([name, item]) => `${words(plain(name))} ${cell(name, item, metric)}`);
  return cut([...shown, ...(told.length > FIELDS_SHOWN ? ["…"] : [])].join("; "), LINE_LENGTH_MAX);
}

/** Text that is in one line already, no longer than this. */
export function cut(text: string, length_max: number): string {
  return text.length > length_max ? `${text.slice(0, length_max - 1)}…` : text;
}

/** Whether a thing is said in one line: a figure, or a few plain fields. */
export function isSimple(value: Fields): boolean {
  if (isMoney(value) || isCompared(value) || isFigure(value) || isRange(value) || isNamedProduct(value)) return true;
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
