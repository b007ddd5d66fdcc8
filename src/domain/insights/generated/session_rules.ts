import { FUNNEL_STEPS, countSessions, reachedAll, reachedInOrder, type FunnelStep } from "../figures/reach.ts";
import { metricValue } from "../metrics.ts";
import { ratio } from "../ratio.ts";
import type { Facts } from "./facts.ts";
import type { Finding } from "./insight.ts";
import { evidenceOf, counted, percent } from "./wording.ts";

const ABANDONMENT_MIN = 0.7;
const ABANDONMENT_HIGH = 0.85;
const CART_SESSIONS_MIN = 3;
const STEP_SESSIONS_MIN = 10;

/** Many full carts that are not paid for. */
export function cartAbandonment({ totals, reach }: Facts): Finding[] {
  const rate = metricValue("cart_abandonment_rate", totals);
  if (rate === null || rate < ABANDONMENT_MIN || totals.cart_sessions < CART_SESSIONS_MIN) return [];
  const abandoned = totals.cart_sessions - totals.purchasing_cart_sessions;
  const isAbandonedInCheckout = (reached: number): boolean =>
    reachedAll(reached, ["add_to_cart", "begin_checkout"]) && !reachedAll(reached, ["purchase"]);
  const in_checkout = countSessions(reach, isAbandonedInCheckout);
  const mostly_in_checkout = in_checkout * 2 > abandoned;
  return [
    {
      type: "cart_abandonment",
      title: `${percent(rate)} of carts are abandoned`,
      severity: rate >= ABANDONMENT_HIGH ? "high" : "medium",
      evidence: evidenceOf(totals.cart_sessions),
      description:
        `${abandoned} of ${counted(totals.cart_sessions, "session")} with something in the ` +
        `cart ended without a purchase, ${in_checkout} of them after the checkout began.`,
      metrics: [
        { name: "cart_abandonment_rate", value: rate },
        { name: "cart_sessions", value: totals.cart_sessions },
        { name: "abandoned_sessions", value: abandoned },
        { name: "abandoned_in_checkout", value: in_checkout },
      ],
      recommendations: [
        mostly_in_checkout
          ? {
              text: "Look at the checkout itself: required fields, payment methods, errors.",
              based_on: ["abandoned_in_checkout", "abandoned_sessions"],
            }
          : {
              text: "Most are lost before the checkout: show delivery cost and time in the cart, and remind of what is in it.",
              based_on: ["abandoned_in_checkout", "abandoned_sessions"],
            },
      ],
      product_ids: [],
    },
  ];
}

/** The step of the whole funnel that loses the largest share, among steps that are tracked at all. */
export function funnelBottleneck({ reach }: Facts): Finding[] {
  const tracked = FUNNEL_STEPS.filter((step) => countSessions(reach, (reached) => reachedAll(reached, [step])) > 0);
  let worst: { from: FunnelStep; to: FunnelStep; before: number; after: number } | null = null;
  for (let index = 1; index < tracked.length; index++) {
    const [from, to] = [tracked[index - 1]!, tracked[index]!];
    const before = countSessions(reach, (reached) => reachedInOrder(reached, tracked.slice(0, index)));
    const after = countSessions(reach, (reached) => reachedInOrder(reached, tracked.slice(0, index + 1)));
    if (before >= STEP_SESSIONS_MIN && (worst === null || after * worst.before < worst.after * before)) worst = { from, to, before, after };
  }
  const rate = worst === null ? null : ratio(worst.after, worst.before);
  if (worst === null || rate === null || rate > 0.5) return [];
  const [before, after] = [`sessions_${worst.from}`, `sessions_${worst.to}`];
  return [
    {
      type: "funnel_bottleneck",
      subject: worst.to,
      title: `Most sessions are lost between ${worst.from} and ${worst.to}`,
      severity: rate < 0.1 ? "medium" : "low",
      evidence: evidenceOf(worst.before),
      description:
        `Of ${counted(worst.before, "session")} that reached ${worst.from}, ${worst.after} ` +
        `(${percent(rate)}) went on to ${worst.to}, the weakest step of the funnel.`,
      metrics: [
        { name: "step_rate", value: rate },
        { name: before, value: worst.before },
        { name: after, value: worst.after },
      ],
      recommendations: [
        {
          text: `Work on the step from ${worst.from} to ${worst.to} first: a gain there carries through the rest of the funnel.`,
          based_on: ["step_rate", before, after],
        },
      ],
      product_ids: [],
    },
  ];
}
