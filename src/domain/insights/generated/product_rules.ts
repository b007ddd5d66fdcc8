import { toFigure } from "../metrics.ts";
import { productLabel, type InsightProduct } from "../product.ts";
import { ratio } from "../ratio.ts";
import type { Facts } from "./facts.ts";
import type { Finding } from "./insight.ts";
import { amount, evidenceOf, counted, percent } from "./wording.ts";

const CONCENTRATION_MIN = 0.4;
const CONCENTRATION_HIGH = 0.7;
const CONCENTRATION_PURCHASES_MIN = 5;
const LIFT_MIN = 2;
const LISTED = 3;

/** Products that many look at and nobody buys. */
export function viewedNotBought({ viewed_not_bought: page, totals }: Facts): Finding[] {
  const [first] = page.products;
  // Where nothing was bought at all, that is the finding, not each product.
  if (!first || totals.orders === 0) return [];
  const listed = page.products.slice(0, LISTED).map((product) => `${productLabel(product)} (${counted(product.views, "view")})`);
  const carts = page.products.reduce((sum, product) => sum + product.carts, 0);
  return [
    {
      type: "viewed_not_bought",
      title:
        page.total_products === 1 ? `${productLabel(first)} is viewed but not bought` : `${page.total_products} products are viewed but not bought`,
      severity: "medium",
      evidence: evidenceOf(first.views),
      description: `Viewed often and never bought: ${listed.join(", ")}.`,
      metrics: [
        { name: "products", value: page.total_products },
        { name: "views", value: page.total_views },
        { name: "most_viewed_views", value: first.views },
        { name: "carts_of_listed", value: carts },
      ],
      recommendations: [
        carts > 0
          ? {
              text: "They reach the cart but are not paid for: check availability, delivery and the final price.",
              based_on: ["carts_of_listed", "products"],
            }
          : {
              text: "They do not even reach the cart: check price, pictures, description and stock on their pages.",
              based_on: ["carts_of_listed", "most_viewed_views"],
            },
      ],
      product_ids: knownIds(page.products),
    },
  ];
}

/** One product that carries most of the revenue. */
export function revenueConcentration({ best_sellers: page, currency }: Facts): Finding[] {
  const [best] = page.products;
  if (!best || page.total_products < 2 || best.purchases < CONCENTRATION_PURCHASES_MIN) return [];
  const share = ratio(best.revenue, page.total_revenue);
  if (share === null || share < CONCENTRATION_MIN) return [];
  return [
    {
      type: "revenue_concentration",
      title: `${productLabel(best)} brings ${percent(share)} of the product revenue`,
      severity: share >= CONCENTRATION_HIGH ? "medium" : "low",
      evidence: evidenceOf(best.purchases),
      description: `${amount(best.revenue, currency)} of ${amount(page.total_revenue, currency)} with ${counted(best.purchases, "purchase")}.`,
      metrics: [
        { name: "revenue_share", value: share },
        { name: "product_revenue", ...toFigure("revenue", best.revenue, currency) },
        { name: "purchases", value: best.purchases },
      ],
      recommendations: [{ text: "Secure its stock, and use its page to lead to other products.", based_on: ["revenue_share", "purchases"] }],
      product_ids: knownIds([best]),
    },
  ];
}

/** The pair that interests together most, of the most viewed products. */
export function productAffinity({ pairs, totals }: Facts): Finding[] {
  const [pair] = pairs;
  const lift = pair ? ratio(pair.sessions * totals.sessions, pair.sessions_a * pair.sessions_b) : null;
  if (!pair || lift === null || lift < LIFT_MIN) return [];
  return [
    {
      type: "product_affinity",
      title: `${productLabel(pair.a)} and ${productLabel(pair.b)} interest together`,
      severity: "low",
      evidence: evidenceOf(pair.sessions),
      description: `${counted(pair.sessions, "session")} touched both, ${Math.round(lift * 10) / 10} times as many as chance would bring together.`,
      metrics: [
        { name: "lift", value: lift },
        { name: "sessions_with_both", value: pair.sessions },
        { name: "sessions_a", value: pair.sessions_a },
        { name: "sessions_b", value: pair.sessions_b },
      ],
      recommendations: [{ text: "Show each on the other's page, or compare them side by side.", based_on: ["lift", "sessions_with_both"] }],
      product_ids: knownIds([pair.a, pair.b]),
    },
  ];
}

function knownIds(products: readonly InsightProduct[]): string[] {
  return products.flatMap((product) => (product.product_id === null ? [] : [product.product_id]));
}
