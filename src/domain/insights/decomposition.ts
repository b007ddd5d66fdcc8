import * as z from "zod";
import { Money } from "../money.ts";
import type { Totals } from "./figures/totals.ts";
import { Figure, averageOrderValue, figureOf } from "./metrics.ts";
import { Ratio, ratio } from "./ratio.ts";

export const REVENUE_FACTORS = ["sessions", "conversion", "order_value", "refunds"] as const;
export type RevenueFactor = (typeof REVENUE_FACTORS)[number];

const RevenuePart = z
  .strictObject({
    factor: z.enum(REVENUE_FACTORS),
    current: Figure.describe("Sessions; orders per session; average value of an order before refunds; money refunded"),
    previous: Figure,
    effect: Money.describe("What this factor's change did to the revenue; below zero where it took some away"),
    share: Ratio.describe("effect / difference: below zero where it worked against the whole; null when revenue stayed the same"),
  })
  .meta({ id: "RevenuePart" });

export const RevenueDecomposition = z
  .strictObject({
    difference: Money.describe("Revenue now − revenue before, in the organization's currency"),
    parts: z.array(RevenuePart).max(REVENUE_FACTORS.length).describe("Their effects add up to the difference exactly, to the minor unit"),
  })
  .meta({ id: "RevenueDecomposition" });

export const DECOMPOSITION_METHOD =
  "Revenue is sessions × orders per session × value of an order, less refunds. Each of the three factors gets its Shapley value: what its change did, averaged over all orders in " +
  "which the three could have changed, so that no order is preferred and the effects add up exactly.";

/** Minor units. Ranges that differ by more have nothing in common that could be split, and their amounts are no longer exact. */
const EFFECT_MAX = 1e15;

/** What of a range explains its revenue: orders in the organization's currency alone. */
type RevenueTotals = Pick<Totals, "sessions" | "own_currency_orders" | "gross" | "refunded">;

/**
 * What each factor did to the revenue, in minor units that add up to the difference; null where a range has orders and no session that started in
 * it, so that there are no orders per session, and where effects would be too large to be exact.
 */
export function revenueEffects(now: RevenueTotals, past: RevenueTotals): Record<RevenueFactor, number> | null {
  if (!isExplained(now) || !isExplained(past)) return null;
  // A factor that one side does not have is taken as unchanged: then the others explain it all.
  const [conversion_now, conversion_past] = bothSides(now.own_currency_orders, now.sessions, past.own_currency_orders, past.sessions);
  const [value_now, value_past] = bothSides(now.gross, now.own_currency_orders, past.gross, past.own_currency_orders);
  const factors: [now: number, past: number][] = [
    [now.sessions, past.sessions],
    [conversion_now, conversion_past],
    [value_now, value_past],
  ];
  const values = shapley(factors);
  if (values.some((value) => Math.abs(value) > EFFECT_MAX)) return null;
  const [sessions, conversion, order_value] = toSum(values, now.gross - past.gross) as [number, number, number];
  return { sessions, conversion, order_value, refunds: past.refunded - now.refunded };
}

function isExplained({ sessions, own_currency_orders, gross }: RevenueTotals): boolean {
  return (sessions > 0 || own_currency_orders === 0) && (own_currency_orders > 0 || gross === 0);
}

function bothSides(part_now: number, whole_now: number, part_past: number, whole_past: number): [now: number, past: number] {
  const now = whole_now === 0 ? null : part_now / whole_now;
  const past = whole_past === 0 ? null : part_past / whole_past;
  return [now ?? past ?? 0, past ?? now ?? 0];
}

/** The Shapley values of the factors of a product of three. */
function shapley(factors: readonly [now: number, past: number][]): number[] {
  return factors.map(([now, past], index) => {
    const [[a, a_past], [b, b_past]] = factors.filter((_, other) => other !== index) as [[number, number], [number, number]];
    return (now - past) * ((a * b + a_past * b_past) / 3 + (a * b_past + a_past * b) / 6);
  });
}

/** Whole numbers near these that add up to `sum`; what rounding leaves over goes to the largest. */
function toSum(values: readonly number[], sum: number): number[] {
  const whole = values.map((value) => Math.round(value) + 0);
  const largest = values.reduce((best, value, index) => (Math.abs(value) > Math.abs(values[best]!) ? index : best), 0);
  whole[largest]! += sum - whole.reduce((total, value) => total + value, 0);
  return whole;
}

export function decomposeRevenue(now: RevenueTotals, past: RevenueTotals, currency: string): z.output<typeof RevenueDecomposition> | null {
  const effects = revenueEffects(now, past);
  if (effects === null) return null;
  const difference = now.gross - now.refunded - (past.gross - past.refunded);
  return {
    difference: { amount: difference, currency },
    parts: REVENUE_FACTORS.map((factor) => ({
      factor,
      current: factorFigure(factor, now, currency),
      previous: factorFigure(factor, past, currency),
      effect: { amount: effects[factor], currency },
      share: ratio(effects[factor], difference),
    })),
  };
}

function factorFigure(factor: RevenueFactor, totals: RevenueTotals, currency: string): Figure {
  switch (factor) {
    case "sessions":
      return figureOf("count", totals.sessions, currency);
    case "conversion":
      return figureOf("rate", ratio(totals.own_currency_orders, totals.sessions), currency);
    case "order_value":
      return figureOf("money", averageOrderValue(totals.gross, totals.own_currency_orders), currency);
    case "refunds":
      return figureOf("money", totals.refunded, currency);
  }
}
