import type { Money } from "../../../../domain/money.ts";
import { isObject } from "../../objects.ts";

const RANGE = new Set(["date_from", "date_to", "days"]);

export type Fields = Readonly<Record<string, unknown>>;

export { isObject };

/** Objects in a list: what a table can show. */
export function isRows(value: unknown): value is readonly Fields[] {
  return Array.isArray(value) && value.length > 0 && value.every(isObject);
}

export function isNested(rows: readonly Fields[]): boolean {
  return rows.some((row) => Object.values(row).some(isRows));
}

/** The lists of rows that a thing holds, by their names; none for what is no thing. */
export function rowsWithin(value: unknown): [string, readonly Fields[]][] {
  return isObject(value) ? Object.entries(value).filter((entry): entry is [string, readonly Fields[]] => isRows(entry[1])) : [];
}

export function isMoney(value: unknown): value is Money {
  return isObject(value) && typeof value.amount === "number" && typeof value.currency === "string" && Object.keys(value).length === 2;
}

/** A figure beside the one of the range before. */
export interface Compared {
  value: unknown;
  previous: unknown;
  change: number | null;
}

export function isCompared(value: unknown): value is Compared {
  return isObject(value) && Object.keys(value).length === 3 && "value" in value && "previous" in value && "change" in value;
}

/** A number, or an amount where the metric is one of money. */
export function isFigure(value: unknown): value is { value: number | null; money?: Money | null } {
  return isObject(value) && "value" in value && Object.keys(value).every((name) => name === "value" || name === "money");
}

export function isRange(value: unknown): value is { date_from: string; date_to: string } {
  return (
    isObject(value) && typeof value.date_from === "string" && typeof value.date_to === "string" && Object.keys(value).every((name) => RANGE.has(name))
  );
}

/** What is said in a way of its own, whatever fields it has. */
export function isFigureLike(value: unknown): boolean {
  return isMoney(value) || isCompared(value) || isFigure(value) || isRange(value) || isNamedProduct(value);
}

/** A product as figures name it, in the catalogue or not. */
export interface NamedProduct {
  product_id: string | null;
  title: string | null;
  external_id: string | null;
  sku: string | null;
}

export function isNamedProduct(value: unknown): value is NamedProduct {
  return isObject(value) && Object.keys(value).length === 4 && ["product_id", "title", "external_id", "sku"].every((name) => name in value);
}
