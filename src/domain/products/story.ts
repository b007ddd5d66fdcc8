import * as z from "zod";
import { comparisonHeader, comparisonInput, comparisonShape, resolveComparison } from "../insights/compared_range.ts";
import { readCompanions } from "../insights/figures/companions.ts";
import { TROUBLE_READ_MAX, TROUBLE_TYPES, readTroubleByProduct } from "../insights/figures/trouble.ts";
import { readLifetime, readStanding, sumDays } from "../insights/figures/one_product.ts";
import { countSessions } from "../insights/figures/reach.ts";
import { findUnusualViews, readJudgedDays } from "../insights/figures/unusual_views.ts";
import { FINDINGS_MAX, comparability, sayFindings } from "../insights/findings.ts";
import { readReach } from "../insights/funnel_figures.ts";
import type { DayRange } from "../insights/range.ts";
import { toUnusualDay } from "../insights/unusual_day.ts";
import { recentInteractions } from "../interactions/recent_of_product.ts";

import { defineOperation } from "../operation.ts";
import { holdsScope } from "../principal.ts";
import { dateOfDay } from "../time.ts";
import { ProductId } from "./product.ts";
import { requireProduct, toProduct } from "./rows.ts";
import {
  PRODUCT_METRICS,
  ProductComparison,
  ProductFunnelStep,
  ProductPoint,
  ProductRank,
  compareProduct,
  toFunnelSteps,
  toPoints,
  toRank,
} from "./story_figures.ts";
import { storyFindings } from "./story_findings.ts";
import {
  Companion,
  ProductTrouble,
  StoryInteraction,
  StoryProduct,
  UnusualProductDay,
  toCompanion,
  toStoryInteraction,
  toStoryProduct,
} from "./story_parts.ts";

const LISTED = 5;

const ProductStory = z
  .strictObject({
    product: StoryProduct,
    ...comparisonShape,
    findings: z.array(z.string()).max(FINDINGS_MAX).describe("What a person would say first, with the figures: the weightiest sentence first"),
    first_seen: z.iso.date().nullable().describe("The first day ever that it was viewed, put into a cart or bought; null when it never was"),
    last_seen: z.iso.date().nullable().describe("The last such day"),
    metrics: z.array(ProductComparison).max(PRODUCT_METRICS.length).describe("Its figures in both ranges"),
    ranks: z.array(ProductRank).max(2).describe("Its place among all products with any event in the range"),
    funnel: z.array(ProductFunnelStep).max(3).describe("From view to cart to purchase, in events of any session"),
    timeseries_interval: z.enum(["day", "week", "month"]).describe("day up to 31 days, week up to 31 weeks, else month"),
    timeseries: z.array(ProductPoint).max(124).describe("Every day, week or month of the range, with or without events"),
    bought_with: z
      .array(Companion)
      .max(LISTED)
      .describe("Products that the same sessions viewed, put into the cart or bought, by lift, strongest first"),
    unusual_days: z.array(UnusualProductDay).max(LISTED).describe("Days whose views do not fit their weekday, strongest first"),
    trouble: z
      .array(ProductTrouble)
      .max(TROUBLE_TYPES.length)
      .optional()
      .describe(
        `Errors and rage clicks that name it, among the newest ${TROUBLE_READ_MAX} of each type in either range; left out for a credential without interactions:read`,
      ),
    recent_interactions: z
      .array(StoryInteraction)
      .max(LISTED)
      .optional()
      .describe("The last received, of any day; left out for a credential without interactions:read"),
  })
  .meta({ id: "ProductStory" });

export const productStory = defineOperation({
  name: "products.story",
  summary: "The story of a product",
  description:
    "One product as a person would ask about it: its figures against another range, its rank, its way from view to purchase, its course over time, what it is bought " +
    "with, unusual days, when it was first and last seen, the latest interactions and the findings in plain sentences. Revenue adds up what its items cost, before refunds.",
  effect: "read",
  scope: "insights:read",
  cost: 2,
  input: z.strictObject({ product_id: ProductId, ...comparisonInput }),
  output: ProductStory,
  errors: ["NOT_FOUND"],
  examples: [
    {
      title: "A product in October 2019",
      input: { product_id: "prd_01jd0000000000000000000000", date_from: "2019-10-01", date_to: "2019-10-31" },
    },
  ],
  rest: { method: "get", path: "/products/{product_id}/story" },
  graphql: { field: "productStory" },
  mcp: {
    core: true,
    description:
      "How one product is doing and why: findings in sentences, figures against another range, ranks, views to purchases, errors, a series, what it is bought with, unusual days, latest interactions. Its id: products_list or insights_movers.",
  },
  handle(ctx, input) {
    const product = toProduct(requireProduct(ctx.db, input.product_id));
    const comparison = resolveComparison(ctx, input);
    const { range } = comparison;
    const { currency } = ctx.organization;
    const lifetime = readLifetime(ctx.db, product.id);
    const days = readJudgedDays(ctx, product.id, comparison);
    const [now, past] = [sumDays(days, range), sumDays(days, comparison.before)];
    const unusual = lifetime === null ? [] : findUnusualViews(ctx, range, days, lifetime.first_day);
    const together = readCompanions(ctx.db, range, product.id, LISTED);
    const sessions = countSessions(readReach(ctx, range), () => true);
    const companions = together.companions.map((companion) => toCompanion(companion, together.sessions, sessions));
    const standings = {
      now: readStanding(ctx.db, range, now),
      past: readStanding(ctx.db, comparison.before, past),
    };
    const ranks = (["revenue", "views"] as const).map((metric) => toRank(metric, now[metric], past[metric], standings));
    const with_interactions = holdsScope(ctx.principal, "interactions:read");
    const trouble = with_interactions ? readTrouble() : [];
    const facts = { trouble, product, now, past, ranks, companions, unusual, lifetime, range, currency };
    return {
      product: toStoryProduct(product, holdsScope(ctx.principal, "products:read")),
      ...comparisonHeader(ctx, comparison),
      findings: sayFindings([...comparability(ctx, comparison), ...storyFindings(facts)]),
      first_seen: lifetime && dateOfDay(lifetime.first_day),
      last_seen: lifetime && dateOfDay(lifetime.last_day),
      metrics: compareProduct(now, past, currency),
      ranks,
      funnel: toFunnelSteps(now),
      ...toPoints(days, range, ctx.organization),
      bought_with: companions,
      unusual_days: unusual.slice(0, LISTED).map((day) => toUnusualDay(day, "count", currency)),
      ...(with_interactions
        ? { trouble, recent_interactions: recentInteractions.load(ctx, [product], { first: LISTED })[0]!.map(toStoryInteraction) }
        : {}),
    };

    function readTrouble(): z.output<typeof ProductTrouble>[] {
      const count = (type: (typeof TROUBLE_TYPES)[number], within: DayRange): number =>
        readTroubleByProduct(ctx, type, within).products.find(({ product: named }) => named.product_id === product.id)?.occurrences ?? 0;
      return TROUBLE_TYPES.map((type) => ({ type, occurrences: count(type, range), previous: count(type, comparison.before) })).filter(
        ({ occurrences, previous }) => occurrences + previous > 0,
      );
    }
  },
});
