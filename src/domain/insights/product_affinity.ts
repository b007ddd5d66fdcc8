import * as z from "zod";
import { defineOperation } from "../operation.ts";
import { answerHeader, answerShape } from "./coverage.ts";
import { readPairs } from "./figures/pairs.ts";
import { countSessions } from "./figures/reach.ts";
import { readReach } from "./funnel_figures.ts";
import { InsightProduct } from "./product.ts";
import { rangeInput, resolveRange } from "./range.ts";
import { Ratio, ratio } from "./ratio.ts";

/** One session proves nothing about a pair. */
const PAIR_SESSIONS_MIN = 2;

const ProductAffinity = z
  .strictObject({
    product_a: InsightProduct,
    product_b: InsightProduct,
    sessions: z.int().describe("Sessions that viewed, put into the cart or bought both"),
    sessions_a: z.int().describe("Sessions that did so with product_a"),
    sessions_b: z.int().describe("Sessions that did so with product_b"),
    support: Ratio.describe("Share of all sessions with both"),
    confidence_a_to_b: Ratio.describe("Share of product_a's sessions that also touched product_b"),
    confidence_b_to_a: Ratio.describe("Share of product_b's sessions that also touched product_a"),
    lift: Ratio.describe("How many times more often they meet than if they had nothing to do with each other; above 1 they attract"),
  })
  .meta({ id: "ProductAffinity" });

export const productAffinityInsight = defineOperation({
  name: "insights.product_affinity",
  summary: "Products that interest together",
  description:
    "Pairs of products that the same sessions viewed, put into the cart or bought, " +
    "by lift, strongest first. A pair counts when at least `min_support` of all " +
    "sessions, and no fewer than two, touched both. A session with very many products contributes its first ones only.",
  effect: "read",
  scope: "insights:read",
  cost: 1,
  input: z.strictObject({
    ...rangeInput,
    min_support: z.coerce.number().min(0).max(1).default(0.001).describe("Least share of all sessions that touched both, 0 to 1. Default 0.001"),
    limit: z.coerce.number().int().min(1).max(200).default(20).describe("How many pairs, 1 to 200"),
  }),
  output: z
    .strictObject({ ...answerShape, sessions: z.int().describe("Sessions that started in the range"), pairs: z.array(ProductAffinity) })
    .meta({ id: "ProductAffinityInsight" }),
  errors: [],
  examples: [{ title: "The ten strongest pairs", input: { date_from: "2019-10-01", date_to: "2019-10-31", limit: 10 } }],
  rest: { method: "get", path: "/insights/product-affinity" },
  handle(ctx, input) {
    const range = resolveRange(ctx, input);
    const sessions = countSessions(readReach(ctx, range), () => true);
    const sessions_min = Math.max(PAIR_SESSIONS_MIN, Math.ceil(input.min_support * sessions - 1e-9));
    const pairs = readPairs(ctx.db, range, { sessions_min, limit: input.limit });
    return {
      ...answerHeader(ctx, range),
      sessions,
      pairs: pairs.map((pair) => ({
        product_a: pair.a,
        product_b: pair.b,
        sessions: pair.sessions,
        sessions_a: pair.sessions_a,
        sessions_b: pair.sessions_b,
        support: ratio(pair.sessions, sessions),
        confidence_a_to_b: ratio(pair.sessions, pair.sessions_a),
        confidence_b_to_a: ratio(pair.sessions, pair.sessions_b),
        lift: ratio(pair.sessions * sessions, pair.sessions_a * pair.sessions_b),
      })),
    };
  },
});
