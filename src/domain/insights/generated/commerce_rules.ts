import { Z_SIGNIFICANT } from "../figures/chance.ts";
import { metricValue, toFigure } from "../metrics.ts";
import { ratio, relativeChange } from "../ratio.ts";
import type { Facts } from "./facts.ts";
import type { Finding } from "./insight.ts";
import { amount, evidenceOf, confidenceOfZ, counted, percent, twoProportionZ } from "./wording.ts";

/** Changes below a tenth are daily life. */
const CHANGE_MIN = 0.1;
const CHANGE_HIGH = 0.25;
const REFUND_SHARE_MIN = 0.1;
const REFUND_SHARE_HIGH = 0.25;

/** Revenue against the previous range. */
export function revenueChange({ totals, previous, currency }: Facts): Finding[] {
  const now = totals.gross - totals.refunded;
  const then = previous.gross - previous.refunded;
  const change = relativeChange(now, then);
  if (change === null || Math.abs(change) < CHANGE_MIN) return [];
  const fell = change < 0;
  const orders_moved = relativeChange(totals.own_currency_orders, previous.own_currency_orders) ?? 0;
  const average_moved = relativeChange(metricValue("average_order_value", totals), metricValue("average_order_value", previous)) ?? 0;
  const by_orders = Math.abs(orders_moved) >= Math.abs(average_moved);
  const driver = by_orders ? "the number of orders" : "the value of an order";
  return [
    {
      type: "revenue_change",
      title: `Revenue ${fell ? "fell" : "rose"} by ${percent(Math.abs(change))}`,
      severity: fell ? (change <= -CHANGE_HIGH ? "high" : "medium") : "low",
      evidence: evidenceOf(totals.own_currency_orders + previous.own_currency_orders),
      description: `${amount(now, currency)} against ${amount(then, currency)} in the previous range; ${driver} moved most.`,
      metrics: [
        { name: "revenue", ...toFigure("revenue", now, currency), previous: toFigure("revenue", then, currency) },
        { name: "orders", value: totals.own_currency_orders, previous: { value: previous.own_currency_orders } },
        {
          name: "average_order_value",
          ...toFigure("average_order_value", metricValue("average_order_value", totals), currency),
          previous: toFigure("average_order_value", metricValue("average_order_value", previous), currency),
        },
      ],
      recommendations: [
        {
          text: fell
            ? by_orders
              ? "Find out where the orders went: compare sessions and conversion by source."
              : "Check prices, discounts and which products the orders contain."
            : "Find out what worked, by source and campaign, and do more of it.",
          based_on: ["revenue", by_orders ? "orders" : "average_order_value"],
        },
      ],
      product_ids: [],
    },
  ];
}

/** Conversion against the previous range, where a two-proportion test rules out chance. */
export function conversionChange({ totals, previous }: Facts): Finding[] {
  const z = twoProportionZ(totals.purchasing_sessions, totals.sessions, previous.purchasing_sessions, previous.sessions);
  const now = ratio(totals.purchasing_sessions, totals.sessions);
  const then = ratio(previous.purchasing_sessions, previous.sessions);
  if (z === null || now === null || then === null || Math.abs(z) < Z_SIGNIFICANT) return [];
  const change = relativeChange(now, then);
  const fell = now < then;
  return [
    {
      type: "conversion_change",
      title: `Conversion ${fell ? "fell" : "rose"} from ${percent(then)} to ${percent(now)}`,
      severity: fell ? (change !== null && change <= -CHANGE_HIGH ? "high" : "medium") : "low",
      confidence: confidenceOfZ(z),
      description:
        `${totals.purchasing_sessions} of ${counted(totals.sessions, "session")} ` +
        `bought, against ${previous.purchasing_sessions} of ${previous.sessions}.`,
      metrics: [
        { name: "conversion_rate", value: now, previous: { value: then } },
        { name: "purchasing_sessions", value: totals.purchasing_sessions, previous: { value: previous.purchasing_sessions } },
        { name: "sessions", value: totals.sessions, previous: { value: previous.sessions } },
      ],
      recommendations: [
        {
          text: fell
            ? "Compare the funnel of both ranges step by step and look for the step that lost most."
            : "Keep what changed, and check in the funnel which step improved.",
          based_on: ["conversion_rate", "sessions"],
        },
      ],
      product_ids: [],
    },
  ];
}

/** A large share of the revenue that goes back. */
export function refunds({ totals, currency }: Facts): Finding[] {
  const share = ratio(totals.refunded, totals.gross);
  if (share === null || share < REFUND_SHARE_MIN) return [];
  return [
    {
      type: "refunds",
      title: `${percent(share)} of the revenue is refunded`,
      severity: share >= REFUND_SHARE_HIGH ? "high" : "medium",
      evidence: evidenceOf(totals.own_currency_orders),
      description: `${counted(totals.refunds, "refund")} of ${amount(totals.refunded, currency)} against orders of ${amount(totals.gross, currency)}.`,
      metrics: [
        { name: "refund_share", value: share },
        { name: "refunded", ...toFigure("revenue", totals.refunded, currency) },
        { name: "gross", ...toFigure("revenue", totals.gross, currency) },
        { name: "refunds", value: totals.refunds },
      ],
      recommendations: [
        { text: "Ask for the reason of each refund and look for products or sizes that come back often.", based_on: ["refund_share", "refunds"] },
      ],
      product_ids: [],
    },
  ];
}
