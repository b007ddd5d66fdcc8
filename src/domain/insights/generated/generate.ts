import { toTimestamp } from "../../time.ts";
import { toDateRange, type DayRange, type Reader } from "../range.ts";
import { conversionChange, refunds, revenueChange } from "./commerce_rules.ts";
import { anomalies, audienceChange, friction } from "./experience_rules.ts";
import type { Facts } from "./facts.ts";
import { cartAbandonment, funnelBottleneck } from "./session_rules.ts";
import { SEVERITIES, type Finding, type GeneratedInsight } from "./insight.ts";
import { productAffinity, revenueConcentration, viewedNotBought } from "./product_rules.ts";

const RULES: readonly ((facts: Facts) => Finding[])[] = [
  revenueChange,
  conversionChange,
  cartAbandonment,
  funnelBottleneck,
  refunds,
  friction,
  viewedNotBought,
  revenueConcentration,
  productAffinity,
  anomalies,
  audienceChange,
];

/** What the rules find in the range's facts, most severe first, then what rests on most. The same figures always give the same list. */
export function generateInsights(reader: Reader, range: DayRange, facts: Facts): GeneratedInsight[] {
  const weight = ({ confidence, evidence }: Finding): number => confidence ?? evidence ?? 0;
  return RULES.flatMap((rule) => rule(facts))
    .map((finding) => ({ insight: toInsight(reader, range, finding), weight: weight(finding) }))
    .toSorted(
      (a, b) =>
        SEVERITIES.indexOf(a.insight.severity) - SEVERITIES.indexOf(b.insight.severity) ||
        b.weight - a.weight ||
        (a.insight.id < b.insight.id ? -1 : 1),
    )
    .map(({ insight }) => insight);
}

function toInsight(reader: Reader, range: DayRange, { subject, day, evidence: _evidence, confidence = null, ...finding }: Finding): GeneratedInsight {
  const period = toDateRange(day === undefined ? range : { from_day: day, to_day: day });
  const id = [finding.type, subject, period.date_from, period.date_to].filter((part) => part !== undefined).join(".");
  return { id, ...finding, confidence, period, generated_at: toTimestamp(reader.now) };
}
