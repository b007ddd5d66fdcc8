import { dateOfDay } from "../../time.ts";
import { FRICTION_SIGNALS, type FrictionSignal } from "../figures/friction.ts";
import { say, sayMean } from "../findings.ts";
import { METRIC_DEFINITIONS, toFigure } from "../metrics.ts";
import { ratio, relativeChange, rounded } from "../ratio.ts";
import type { Facts } from "./facts.ts";
import type { Finding } from "./insight.ts";
import { evidenceOf, counted, percent } from "./wording.ts";

const FRICTION_MIN = 5;
const FRICTION_HIGH = 15;
const ANOMALIES_LISTED = 3;
const Z_HIGH = 5;
const AUDIENCE_MIN = 30;

const SIGNAL_ADVICE: Record<FrictionSignal, string> = {
  rage_click: "Watch where people click again and again: something there looks clickable and is not, or answers too late.",
  error: "Read the errors themselves (interactions.list with type api_error, then error, and these days) and repair the most frequent one first.",
  lcp_poor: "Make the largest element appear sooner: smaller images, fewer blocking scripts.",
  ttfb_poor: "The server answers late: look at caching and slow back-end calls.",
  cls_poor: "Reserve space for images and banners so that the page does not jump.",
};

/** Each signal that disturbs five or more of a hundred sessions. */
export function friction({ friction: counts, previous_friction, totals, previous }: Facts): Finding[] {
  return FRICTION_SIGNALS.flatMap((signal): Finding[] => {
    const rate = ratio(100 * counts[signal], totals.sessions);
    if (rate === null || rate < FRICTION_MIN) return [];
    const before = ratio(100 * previous_friction[signal], previous.sessions);
    const change = relativeChange(rate, before);
    const compared = change === null ? "" : `, ${percent(Math.abs(change))} ${change < 0 ? "less" : "more"} often than in the previous range`;
    return [
      {
        type: "friction",
        subject: signal,
        title: `${signal}: ${Math.round(rate * 10) / 10} per 100 sessions`,
        severity: rate >= FRICTION_HIGH || (change !== null && change >= 1) ? "high" : "medium",
        evidence: evidenceOf(totals.sessions),
        description: `${counted(counts[signal], "occurrence")} in ${counted(totals.sessions, "session")}${compared}.`,
        metrics: [
          { name: "per_100_sessions", value: rate, previous: { value: before } },
          { name: "occurrences", value: counts[signal], previous: { value: previous_friction[signal] } },
          { name: "sessions", value: totals.sessions, previous: { value: previous.sessions } },
        ],
        recommendations: [{ text: SIGNAL_ADVICE[signal], based_on: ["per_100_sessions"] }],
        product_ids: [],
      },
    ];
  });
}

/** The latest days that do not fit their weekday and that chance does not explain. */
export function anomalies({ anomalies: found, currency }: Facts): Finding[] {
  const real = found.filter(({ may_be_chance }) => !may_be_chance);
  return real.slice(0, ANOMALIES_LISTED).map((anomaly): Finding => {
    const { metric, value, mean, z, day } = anomaly;
    const above = value > mean;
    const { kind } = METRIC_DEFINITIONS[metric];
    return {
      type: "anomaly",
      subject: metric,
      day,
      title: `Unusually ${above ? "high" : "low"} ${metric} on ${dateOfDay(day)}`,
      severity: !above && Math.abs(z) >= Z_HIGH ? "high" : above ? "low" : "medium",
      confidence: rounded(1 - anomaly.probability),
      description:
        `${say(kind, value, currency)} where the same weekday of the ${anomaly.baseline.length} weeks ` +
        `before had ${sayMean(kind, mean, currency)} on average (z = ${Math.round(z * 10) / 10}).`,
      metrics: [
        { name: metric, ...toFigure(metric, value, currency) },
        { name: "expected", ...toFigure(metric, kind === "money" ? Math.round(mean) : rounded(mean), currency) },
        { name: "z", value: z },
      ],
      recommendations: [
        {
          text: above ? "Find out what brought it, to repeat or to rule out false data." : "Check tracking, availability and campaigns of that day.",
          based_on: [metric, "expected"],
        },
      ],
      product_ids: [],
    };
  });
}

/** More visitors went dormant in the last whole week than came new or came back. */
export function audienceChange({ last_week }: Facts): Finding[] {
  if (last_week === null) return [];
  const gained = last_week.new + last_week.resurrecting;
  const active_before = last_week.returning + last_week.dormant;
  if (active_before < AUDIENCE_MIN || last_week.dormant <= gained) return [];
  const share = rounded(last_week.dormant / active_before);
  return [
    {
      type: "audience_change",
      title: "The active audience is shrinking",
      severity: gained === 0 ? "high" : "medium",
      evidence: evidenceOf(active_before),
      description:
        `In the last whole week ${counted(last_week.dormant, "visitor")} (${percent(share)} ` +
        `of the week before) stayed away, and ${gained} were new or came back.`,
      metrics: [
        { name: "dormant", value: last_week.dormant },
        { name: "dormant_share", value: share },
        { name: "new", value: last_week.new },
        { name: "resurrecting", value: last_week.resurrecting },
        { name: "returning", value: last_week.returning },
      ],
      recommendations: [
        { text: "Give last week's visitors a reason to return, and check what brings new ones.", based_on: ["dormant", "new", "resurrecting"] },
      ],
      product_ids: [],
    },
  ];
}
