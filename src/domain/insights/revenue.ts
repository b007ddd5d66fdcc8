import * as z from "zod";
import { Currency, Money } from "../money.ts";
import { defineOperation } from "../operation.ts";
import { comparedHeader, comparedShape } from "./coverage.ts";
import { readOrdersByCurrency, type CurrencyOrders } from "./figures/orders.ts";
import { countSessions, reachedAll, type Reach } from "./figures/reach.ts";
import { readReach } from "./funnel_figures.ts";
import { RateChange, averageOrderValue, rateChange } from "./metrics.ts";
import { previousRange, rangeInput, resolveRange } from "./range.ts";
import { Ratio, ratio, relativeChange } from "./ratio.ts";

export const CurrencyRevenue = z
  .strictObject({
    currency: Currency,
    revenue: Money.describe("gross − refunded"),
    previous_revenue: Money.describe("The same in the previous range"),
    change: Ratio.describe("(revenue − previous_revenue) / previous_revenue; null when there was none before"),
    gross: Money.describe("Sum of the orders' values; each transaction_id counts once"),
    refunded: Money.describe("Sum of the refunds' values, by the day of the refund"),
    orders: z.int().describe("Distinct transactions"),
    previous_orders: z.int(),
    refunds: z.int().describe("Number of refunds"),
    average_order_value: Money.nullable().describe("gross / orders, rounded to a minor unit; null without orders"),
  })
  .meta({ id: "CurrencyRevenue" });

export const revenueInsight = defineOperation({
  name: "insights.revenue",
  summary: "Revenue, orders and conversion",
  description:
    "Revenue of the distinct transactions less refunds, with orders, average order value and the share of sessions that bought. Figures are in the " +
    "organization's currency; what was sold in other currencies stands beside them and is never converted or added.",
  effect: "read",
  scope: "insights:read",
  cost: 1,
  input: z.strictObject(rangeInput),
  output: z
    .strictObject({
      ...comparedShape,
      total: CurrencyRevenue.describe("In the organization's currency"),
      other_currencies: z.array(CurrencyRevenue).describe("Each other currency that occurred, most orders first"),
      sessions: z.int().describe("Sessions that started in the range"),
      purchasing_sessions: z.int().describe("Those with a purchase"),
      conversion_rate: RateChange.describe("purchasing_sessions / sessions"),
    })
    .meta({ id: "RevenueInsight" }),
  errors: [],
  examples: [{ title: "October 2019", input: { date_from: "2019-10-01", date_to: "2019-10-31" } }],
  rest: { method: "get", path: "/insights/revenue" },
  handle(ctx, input) {
    const range = resolveRange(ctx, input);
    const before = previousRange(range);
    const current = readOrdersByCurrency(ctx, range);
    const previous = readOrdersByCurrency(ctx, before);
    const own = ctx.organization.currency;
    const currencies = [...new Set([...current, ...previous].map((orders) => orders.currency))];
    const of = (list: CurrencyOrders[], currency: string) => list.find((orders) => orders.currency === currency) ?? noOrders(currency);
    const reach = readReach(ctx, range);
    const purchasing_sessions = purchasing(reach);
    const sessions = countSessions(reach, () => true);
    const reach_before = readReach(ctx, before);
    const conversion_before = ratio(
      purchasing(reach_before),
      countSessions(reach_before, () => true),
    );
    return {
      ...comparedHeader(ctx, range),
      total: toCurrencyRevenue(of(current, own), of(previous, own)),
      other_currencies: currencies
        .filter((currency) => currency !== own)
        .map((currency) => toCurrencyRevenue(of(current, currency), of(previous, currency))),
      sessions,
      purchasing_sessions,
      conversion_rate: rateChange(ratio(purchasing_sessions, sessions), conversion_before),
    };
  },
});

function purchasing(reach: Reach): number {
  return countSessions(reach, (reached) => reachedAll(reached, ["purchase"]));
}

function noOrders(currency: string): CurrencyOrders {
  return { currency, orders: 0, gross: 0, refunds: 0, refunded: 0 };
}

function toCurrencyRevenue(current: CurrencyOrders, previous: CurrencyOrders): z.output<typeof CurrencyRevenue> {
  const { currency } = current;
  const money = (amount: number): Money => ({ amount, currency });
  const average = averageOrderValue(current.gross, current.orders);
  return {
    currency,
    revenue: money(current.gross - current.refunded),
    previous_revenue: money(previous.gross - previous.refunded),
    change: relativeChange(current.gross - current.refunded, previous.gross - previous.refunded),
    gross: money(current.gross),
    refunded: money(current.refunded),
    orders: current.orders,
    previous_orders: previous.orders,
    refunds: current.refunds,
    average_order_value: average === null ? null : money(average),
  };
}
