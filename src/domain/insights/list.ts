import * as z from "zod";
import { defineOperation } from "../operation.ts";
import { comparedHeader, comparedShape } from "./coverage.ts";
import { readAllFacts } from "./generated/facts.ts";
import { generateInsights } from "./generated/generate.ts";
import { GeneratedInsight, INSIGHT_TYPES, SEVERITIES } from "./generated/insight.ts";
import { rangeInput, resolveRange } from "./range.ts";

export const listInsights = defineOperation({
  name: "insights.list",
  summary: "Generated insights",
  description:
    "What rules find noteworthy in the range's figures, most severe first: each " +
    "with the figures it rests on, how far they carry it, and recommendations that " +
    "name the figures they follow from. Deterministic: the same data gives the same list.",
  effect: "read",
  scope: "insights:read",
  cost: 2,
  input: z.strictObject({
    ...rangeInput,
    severity: z.array(z.enum(SEVERITIES)).min(1).max(SEVERITIES.length).optional().describe("Only these severities"),
    type: z.array(z.enum(INSIGHT_TYPES)).min(1).max(INSIGHT_TYPES.length).optional().describe("Only these types"),
  }),
  output: z.strictObject({ ...comparedShape, insights: z.array(GeneratedInsight) }).meta({ id: "InsightList" }),
  errors: [],
  examples: [
    { title: "October 2019", input: { date_from: "2019-10-01", date_to: "2019-10-31" } },
    { title: "Only what is severe", input: { date_from: "2019-10-01", date_to: "2019-10-31", severity: ["high"] } },
  ],
  rest: { method: "get", path: "/insights/list" },
  graphql: { field: "insightList" },
  mcp: {
    description:
      "All findings that rules make of a range's figures, most severe first, each with its evidence and recommendations. insights.summary has the first ten.",
  },
  handle(ctx, input) {
    const range = resolveRange(ctx, input);
    const insights = generateInsights(ctx, range, readAllFacts(ctx, range).facts).filter(
      (insight) => (input.severity?.includes(insight.severity) ?? true) && (input.type?.includes(insight.type) ?? true),
    );
    return { ...comparedHeader(ctx, range), insights };
  },
});
