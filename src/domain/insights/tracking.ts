import * as z from "zod";
import { EVENT_TYPES } from "../interactions/event_types.ts";
import { defineOperation } from "../operation.ts";
import { dateOfDay, localDay } from "../time.ts";
import { comparisonHeader, comparisonInput, comparisonShape, readComparison, resolveComparison } from "./compared_range.ts";
import { SILENT_DIMENSIONS, findSilences, type Silence as SilenceFigures } from "./figures/silences.ts";
import { readSums } from "./figures/sums.ts";
import { FINDINGS_MAX, comparability, sayFindings } from "./findings.ts";
import { PRESENCES, presenceOf } from "./movement.ts";
import { rounded } from "./ratio.ts";
import { trackingFindings } from "./tracking_findings.ts";

const EVENTS_LISTED = 100;
const SILENCES_LISTED = 50;

const TrackedEvent = z
  .strictObject({
    type: z.string(),
    interactions: z.int(),
    previous: z.int().describe("Interactions in the days compared with"),
    days_without: z.int().describe("Days of the range, those to come left out, on which none came"),
    first_date: z.iso.date().nullable().describe("The first day of the range with one; null when there was none"),
    last_date: z.iso.date().nullable().describe("The last such day"),
    presence: z.enum(PRESENCES).describe("new: none in the days compared with; vanished: none in this range"),
  })
  .meta({ id: "TrackedEvent" });
export type TrackedEvent = z.output<typeof TrackedEvent>;

const TrackingSilence = z
  .strictObject({
    dimension: z.enum(SILENT_DIMENSIONS).describe("event: the type as a whole; source or campaign: a step of the funnel for one of them"),
    key: z.string().nullable().describe("The source or campaign; null for a type as a whole and for what has no campaign"),
    type: z.string().describe("What comes no more"),
    last_date: z.iso.date().describe("The last day of both ranges with one"),
    week_before: z.int().describe("How many came in the seven days that it ends, as far as the ranges have them"),
    days_since: z.int().describe("Days of the range after it"),
    activity_type: z.string().nullable().describe("What it is measured by: the funnel's nearest step before; null for all other interactions"),
    activity_since: z.int().describe("How many of those came after it"),
    expected_since: z.number().describe("How many events so much activity brought before"),
  })
  .meta({ id: "TrackingSilence" });

export const trackingInsight = defineOperation({
  name: "insights.tracking",
  summary: "Health of the tracking",
  description:
    "Whether the events can be trusted: each type with its number, the number before and the days without it, known types that did not come, and what went silent: " +
    "types, and steps of the funnel for a source or campaign, of which none came any more although what they follow from went on. A silence is told when chance " +
    "would bring it in fewer than 1 of 20 answers, by the rate of before.",
  effect: "read",
  scope: "insights:read",
  cost: 2,
  input: z.strictObject(comparisonInput),
  output: z
    .strictObject({
      ...comparisonShape,
      findings: z.array(z.string()).max(FINDINGS_MAX).describe("What is wrong or new, in sentences, the weightiest first"),
      total_events: z.int().describe("Event types of either range, listed or not"),
      events: z.array(TrackedEvent).max(EVENTS_LISTED).describe("Most interactions of both ranges first"),
      missing_types: z.array(z.enum(EVENT_TYPES)).max(EVENT_TYPES.length).describe("Known types that did not come in the range"),
      judged: z
        .int()
        .describe("Types, and steps of sources and campaigns, that came often enough (five times in both ranges) to notice when they stop"),
      total_silences: z.int(),
      silences: z.array(TrackingSilence).max(SILENCES_LISTED).describe("Most missing first"),
    })
    .meta({ id: "TrackingInsight" }),
  errors: [],
  examples: [{ title: "A week, beside the week before", input: { date_from: "2019-10-01", date_to: "2019-10-07" } }],
  rest: { method: "get", path: "/insights/tracking" },
  mcp: {
    description:
      "Health of the tracking: is an event missing, has a campaign's or source's purchases, checkouts or carts stopped (a gap, an outage, broken tags), which types are new or never came.",
  },
  handle(ctx, input) {
    const comparison = resolveComparison(ctx, input);
    const reader = readComparison(ctx, comparison);
    const events = readEvents();
    const { silences, judged } = findSilences(reader, comparison);
    const came = new Set(events.flatMap(({ type, interactions }) => (interactions > 0 ? [type] : [])));
    return {
      ...comparisonHeader(ctx, comparison),
      findings: sayFindings([...comparability(ctx, comparison), ...trackingFindings({ events, silences, judged })]),
      total_events: events.length,
      events: events.slice(0, EVENTS_LISTED),
      missing_types: EVENT_TYPES.filter((type) => !came.has(type)),
      judged,
      total_silences: silences.length,
      silences: silences.slice(0, SILENCES_LISTED).map(toSilence),
    };

    function readEvents(): TrackedEvent[] {
      const { range, before } = comparison;
      const over = Math.min(range.to_day, localDay(ctx.now, ctx.organization.time_zone));
      const now = Map.groupBy(readSums(reader, "rollup_events", range, ["day", "type"]), ({ type }) => type);
      const past = new Map(readSums(reader, "rollup_events", before, ["type"]).map(({ type, interactions }) => [type, interactions]));
      return [...new Set([...now.keys(), ...past.keys()])]
        .map((type): TrackedEvent => {
          const rows = now.get(type) ?? [];
          const days = rows.map(({ day }) => day);
          const dateAt = (day: number): string | null => (days.length === 0 ? null : dateOfDay(day));
          return {
            type,
            interactions: rows.reduce((sum, { interactions }) => sum + interactions, 0),
            previous: past.get(type) ?? 0,
            days_without: Math.max(0, over - range.from_day + 1 - days.filter((day) => day <= over).length),
            first_date: dateAt(Math.min(...days)),
            last_date: dateAt(Math.max(...days)),
            presence: presenceOf({ present: { now: days.length > 0, past: past.has(type) } }),
          };
        })
        .toSorted((a, b) => b.interactions + b.previous - a.interactions - a.previous || (a.type < b.type ? -1 : 1));
    }
  },
});

function toSilence({ last_day, expected_since, ...silence }: SilenceFigures): z.output<typeof TrackingSilence> {
  return { ...silence, last_date: dateOfDay(last_day), expected_since: rounded(expected_since) };
}
