import * as z from "zod";
import { Money } from "../money.ts";
import type { Totals, TotalsPart } from "./figures/totals.ts";
import { complement, ratio, relativeChange } from "./ratio.ts";

export const METRICS = [
  "interactions",
  "sessions",
  "visitors",
  "orders",
  "revenue",
  "average_order_value",
  "conversion_rate",
  "cart_abandonment_rate",
] as const;
export type Metric = (typeof METRICS)[number];

/** One figure of whatever metric. */
export const Figure = z
  .strictObject({
    value: z.number().nullable().describe("Count, or rate from 0 to 1; null for an amount of money and for a rate whose denominator is zero"),
    money: Money.nullable().optional().describe("For metrics that are money; null for an average over nothing"),
  })
  .meta({ id: "InsightFigure" });
export type Figure = z.output<typeof Figure>;

/** How a figure is shown: as a number, or as money. */
export type FigureKind = "count" | "rate" | "money";

interface MetricDefinition {
  kind: FigureKind;
  /** Which rollups it is read from. */
  part: TotalsPart;
  of(totals: Totals): number | null;
}

/** The formula of each metric; money in minor units. */
export const METRIC_DEFINITIONS: Record<Metric, MetricDefinition> = {
  interactions: { kind: "count", part: "events", of: (totals) => totals.interactions },
  sessions: { kind: "count", part: "sessions", of: (totals) => totals.sessions },
  visitors: { kind: "count", part: "visitors", of: (totals) => totals.visitors },
  orders: { kind: "count", part: "orders", of: (totals) => totals.orders },
  revenue: { kind: "money", part: "orders", of: (totals) => totals.gross - totals.refunded },
  average_order_value: { kind: "money", part: "orders", of: (totals) => averageOrderValue(totals.gross, totals.own_currency_orders) },
  conversion_rate: { kind: "rate", part: "sessions", of: (totals) => ratio(totals.purchasing_sessions, totals.sessions) },
  cart_abandonment_rate: { kind: "rate", part: "sessions", of: (totals) => complement(totals.purchasing_cart_sessions, totals.cart_sessions) },
};

/** Gross revenue per order, before refunds, rounded to a minor unit. */
export function averageOrderValue(gross: number, orders: number): number | null {
  return orders === 0 ? null : Math.round(gross / orders);
}

export function metricValue(metric: Metric, totals: Totals): number | null {
  return METRIC_DEFINITIONS[metric].of(totals);
}

/** A metric's number (minor units for money) as the wire shows it. */
export function toFigure(metric: Metric, value: number | null, currency: string): Figure {
  return figureOf(METRIC_DEFINITIONS[metric].kind, value, currency);
}

export function figureOf(kind: FigureKind, value: number | null, currency: string): Figure {
  if (kind !== "money") return { value };
  return { value: null, money: value === null ? null : { amount: value, currency } };
}

const change = z.number().nullable().describe("(value − previous) / previous; null when there is nothing to divide by");

export const CountChange = z.strictObject({ value: z.int(), previous: z.int(), change }).meta({ id: "CountChange" });
export const RateChange = z.strictObject({ value: z.number().nullable(), previous: z.number().nullable(), change }).meta({ id: "RateChange" });
export const MoneyChange = z.strictObject({ value: Money.nullable(), previous: Money.nullable(), change }).meta({ id: "MoneyChange" });

export function countChange(value: number, previous: number): z.output<typeof CountChange> {
  return { value, previous, change: relativeChange(value, previous) };
}
export function rateChange(value: number | null, previous: number | null): z.output<typeof RateChange> {
  return { value, previous, change: relativeChange(value, previous) };
}
export function moneyChange(value: number | null, previous: number | null, currency: string): z.output<typeof MoneyChange> {
  const toMoney = (amount: number | null): Money | null => (amount === null ? null : { amount, currency });
  return { value: toMoney(value), previous: toMoney(previous), change: relativeChange(value, previous) };
}
