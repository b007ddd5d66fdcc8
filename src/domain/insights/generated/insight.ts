import * as z from "zod";
import { Timestamp } from "../../time.ts";
import { Figure } from "../metrics.ts";
import { DateRange } from "../range.ts";

export const INSIGHT_TYPES = [
  "revenue_change",
  "conversion_change",
  "cart_abandonment",
  "funnel_bottleneck",
  "refunds",
  "friction",
  "viewed_not_bought",
  "revenue_concentration",
  "product_affinity",
  "anomaly",
  "audience_change",
] as const;
export type InsightType = (typeof INSIGHT_TYPES)[number];

export const SEVERITIES = ["high", "medium", "low"] as const;
export type Severity = (typeof SEVERITIES)[number];

const InsightMetric = z
  .strictObject({
    name: z.string().describe("Unique in the insight; recommendations refer to it"),
    ...Figure.shape,
    previous: Figure.optional().describe("The same figure of the previous range, where the rule compares"),
  })
  .meta({ id: "InsightMetric" });

const Recommendation = z
  .strictObject({
    text: z.string(),
    based_on: z.array(z.string()).min(1).describe("Names of the insight's metrics that it follows from"),
  })
  .meta({ id: "InsightRecommendation" });

/** A finding worth a person's attention, made by a rule from figures alone: the same figures always give the same finding. */
export const GeneratedInsight = z
  .strictObject({
    id: z.string().describe("Made of the type, the subject and the period: the same finding has the same id"),
    type: z.enum(INSIGHT_TYPES),
    title: z.string(),
    severity: z.enum(SEVERITIES),
    confidence: z
      .number()
      .min(0)
      .max(1)
      .nullable()
      .describe("That it is not chance, by the test the rule makes; null for what is plain fact, such as a count or a share"),
    description: z.string().describe("The finding with its figures"),
    metrics: z.array(InsightMetric).min(1).describe("Every figure the finding rests on"),
    recommendations: z.array(Recommendation),
    product_ids: z.array(z.string()).describe("Products of the catalogue that it is about"),
    period: DateRange,
    generated_at: Timestamp,
  })
  .meta({ id: "Insight" });
export type GeneratedInsight = z.output<typeof GeneratedInsight>;

/** What a rule says; the rest follows from the call. */
export type Finding = Omit<GeneratedInsight, "id" | "period" | "generated_at" | "confidence"> & {
  /** Where the rule tests for chance. */
  confidence?: number | null;
  /** Where it states a fact: orders facts of one severity, from 0 to 1. */
  evidence?: number;
  /** Tells findings of one type in one period apart. */
  subject?: string;
  /** The day it is about, where it is not the whole range. */
  day?: number;
};
