import { REVENUE_FACTORS, revenueEffects, type RevenueFactor } from "./decomposition.ts";
import type { DriverFigures } from "./drivers.ts";
import type { AnomalousDay } from "./figures/anomalies.ts";
import { strength } from "./figures/baseline.ts";
import { Z_SIGNIFICANT } from "./figures/chance.ts";
import type { MoverDimension, MoverMetric } from "./figures/mover_metrics.ts";
import type { Totals } from "./figures/totals.ts";
import { say, sayChange, saySigned, sayUnusual, type Finding } from "./findings.ts";
import { percent, twoProportionZ } from "./generated/wording.ts";
import { METRIC_DEFINITIONS, metricValue, type Metric } from "./metrics.ts";
import { NO_CAMPAIGN, kindOf } from "./movement.ts";
import { productLabel } from "./product.ts";
import { ratio, relativeChange } from "./ratio.ts";
import { departsFromSessions, troubleFindings, type Trouble } from "./trouble_findings.ts";
import { dateOfDay } from "../time.ts";

/** A factor or driver with less of the change than this is not worth a sentence. */
const SHARE_MIN = 0.1;
const DAYS_BEFORE_TOLD = 2;
const FIGURES_TOLD = 2;

/** What the findings rest on; money in minor units. */
export interface ChangeFacts {
  now: Totals;
  past: Totals;
  drivers: readonly DriverFigures[];
  /** Strongest first. */
  unusual: readonly AnomalousDay[];
  unusual_before: readonly AnomalousDay[];
  trouble: readonly Trouble[];
  currency: string;
}

export function changeFindings(facts: ChangeFacts): Finding[] {
  return [
    ...revenue(facts),
    ...why(facts),
    ...traffic(facts),
    ...conversion(facts),
    ...driven(facts),
    ...troubleFindings(facts.trouble),
    ...unusualDays(facts),
    ...unusualBefore(facts),
  ];
}

function valuesOf(metric: Metric, { now, past }: ChangeFacts): [now: number | null, past: number | null] {
  return [metricValue(metric, now), metricValue(metric, past)];
}

function revenue(facts: ChangeFacts): Finding[] {
  const [now, past] = valuesOf("revenue", facts) as [number, number];
  if (now === 0 && past === 0) return [];
  return [{ weight: 95, text: sayChange("Revenue", "money", now, past, facts.currency) }];
}

const FACTOR_WORDS: Record<RevenueFactor, [more: string, less: string]> = {
  sessions: ["more sessions", "fewer sessions"],
  conversion: ["more orders per session", "fewer orders per session"],
  order_value: ["a higher order value", "a lower order value"],
  refunds: ["fewer refunds", "more refunds"],
};

/** Which factors the revenue's change comes from, the strongest first. */
function why(facts: ChangeFacts): Finding[] {
  const effects = revenueEffects(facts.now, facts.past);
  const difference = facts.now.gross - facts.now.refunded - (facts.past.gross - facts.past.refunded);
  // With one side empty, it all came or went with the sessions, which says nothing.
  if (effects === null || difference === 0 || facts.now.sessions === 0 || facts.past.sessions === 0) return [];
  const told = REVENUE_FACTORS.filter((factor) => Math.abs(effects[factor]) >= Math.abs(difference) * SHARE_MIN)
    .toSorted((a, b) => Math.abs(effects[b]) - Math.abs(effects[a]))
    .map((factor) => `${FACTOR_WORDS[factor][effects[factor] > 0 ? 0 : 1]} ${saySigned("money", effects[factor], facts.currency)}`);
  return [{ weight: 90, text: `What made the difference of ${saySigned("money", difference, facts.currency)}: ${told.join(", ")}.` }];
}

function traffic(facts: ChangeFacts): Finding[] {
  const [now, past] = valuesOf("sessions", facts) as [number, number];
  const change = relativeChange(now, past);
  if (now === 0 && past === 0) return [];
  return [
    { weight: change === null ? 60 : 30 + 40 * Math.min(1, Math.abs(change)), text: sayChange("Sessions", "count", now, past, facts.currency) },
  ];
}

function conversion(facts: ChangeFacts): Finding[] {
  const [now, past] = valuesOf("conversion_rate", facts);
  if (now === null || past === null || now === past) return [];
  const z = twoProportionZ(facts.now.purchasing_sessions, facts.now.sessions, facts.past.purchasing_sessions, facts.past.sessions);
  const chance = z !== null && Math.abs(z) < Z_SIGNIFICANT;
  const text = `Conversion ${now > past ? "rose" : "fell"} from ${percent(past)} to ${percent(now)}${chance ? ", which may well be chance" : ""}.`;
  return [{ weight: chance ? 35 : 75, text }];
}

const DIMENSION_WORDS: Record<MoverDimension, string> = {
  product: "products",
  source: "sources",
  campaign: "campaigns",
  event: "events",
  friction: "friction signals",
};
const METRIC_WORDS: Partial<Record<MoverMetric, string>> = { revenue: "revenue", sessions: "sessions", views: "views" };

/** The value of each dimension that moved furthest, where there are others that it can be told from. */
function driven({ drivers, currency, now, past, trouble }: ChangeFacts): Finding[] {
  const told: ReadonlySet<string> = new Set(trouble.map(({ type }) => type));
  return drivers.flatMap(({ dimension, metric, page }): Finding[] => {
    // An event that rose as the sessions did, or whose rise is told already, says nothing of its own.
    const first = page.movements.find(
      (movement) =>
        dimension !== "event" || (departsFromSessions(movement.now, movement.past, now.sessions, past.sessions) && !told.has(movement.key ?? "")),
    );
    if (!first || page.total_values < 2) return [];
    const share = ratio(first.now - first.past, page.now - page.past);
    if (share !== null && Math.abs(share) < SHARE_MIN) return [];
    const kind = kindOf(metric);
    const name = first.product ? productLabel(first.product) : (first.key ?? NO_CAMPAIGN);
    const [shown, shown_past] = [say(kind, first.now, currency), say(kind, first.past, currency)];
    const of_whole = share !== null && share > 0 && share <= 1 ? `, ${percent(share)} of the whole change` : "";
    const moved = saySigned(kind, first.now - first.past, currency);
    const metric_words = METRIC_WORDS[metric];
    const text = `Of ${DIMENSION_WORDS[dimension]}${metric_words ? `, by ${metric_words},` : ""} ${name} moved furthest: ${shown}, from ${shown_past} (${moved}${of_whole}).`;
    return [{ weight: dimension === "event" || dimension === "friction" ? 40 : 50 + 20 * Math.min(1, Math.abs(share ?? 0)), text }];
  });
}

function unusualDays({ unusual, currency }: ChangeFacts): Finding[] {
  const real = unusual.filter(({ may_be_chance }) => !may_be_chance);
  return real.slice(0, 2).map((day) => ({
    weight: 45 + Math.min(20, strength(day)),
    text: sayUnusual(day.metric.replaceAll("_", " "), METRIC_DEFINITIONS[day.metric].kind, day, currency),
  }));
}

/** The unusual days of those compared with: what stands out there is no yardstick. */
function unusualBefore({ unusual_before, currency }: ChangeFacts): Finding[] {
  const by_day = Map.groupBy(
    unusual_before.filter(({ may_be_chance }) => !may_be_chance),
    ({ day }) => day,
  );
  return [...by_day].slice(0, DAYS_BEFORE_TOLD).map(([day, figures]) => {
    const told = figures.slice(0, FIGURES_TOLD).map(({ metric, value, mean }) => {
      const { kind } = METRIC_DEFINITIONS[metric];
      return `${metric.replaceAll("_", " ")} ${say(kind, value, currency)}, ${say(kind, kind === "count" ? Math.round(mean) : mean, currency)} expected`;
    });
    return { weight: 93, text: `${dateOfDay(day)}, in the range compared with, was unusual (${told.join("; ")}): compare with another range too.` };
  });
}
