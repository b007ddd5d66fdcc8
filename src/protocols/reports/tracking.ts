import type * as z from "zod";
import type { comparisonInsight } from "../../domain/insights/comparison.ts";
import type { timeseriesInsight } from "../../domain/insights/timeseries.ts";
import { EVENT_TYPES } from "../../domain/interactions/event_types.ts";
import type { Interaction } from "../../domain/interactions/interaction.ts";
import { change, count, join, percent, plain, table } from "./markdown.ts";
import { reportHeader } from "./header.ts";

const EVENTS_SHOWN = 60;
/** What the funnel, revenue and friction figures are made of. */
const ESSENTIAL = ["page_view", "view_item", "add_to_cart", "begin_checkout", "purchase"] as const;

interface TrackingFacts {
  comparison: z.output<typeof comparisonInsight.output>;
  /** Interactions by day and event. */
  by_day: z.output<typeof timeseriesInsight.output>;
  newest: readonly Interaction[];
  purchases: readonly Interaction[];
}

type Check = readonly [label: string, holds: (interaction: Interaction) => boolean];

const ANY: readonly Check[] = [
  ["has a visitor or a user", ({ visitor_id, user_id }) => visitor_id !== null || user_id !== null],
  ["has an event_id (so that a repeated one counts once)", ({ event_id }) => event_id !== null],
  ["says which page", ({ context }) => context.page !== undefined],
  ["arrived late", ({ late }) => late],
  ["is imported history", ({ backfill }) => backfill],
];

const PURCHASE: readonly Check[] = [
  ["has a transaction_id", ({ transaction_id }) => transaction_id !== null],
  ["has a value", ({ value }) => value !== null],
  ["has items", ({ items }) => items.length > 0],
  ["has only items that the catalog knows", ({ items }) => items.length > 0 && items.every(({ product_id }) => product_id !== null)],
];

/** Which events came, which did not, and how complete they are. */
export function trackingReport({ comparison, by_day, newest, purchases }: TrackingFacts): string {
  const seen = new Set(comparison.by_event.filter(({ interactions }) => interactions.value > 0).map(({ type }) => type));
  const missing = EVENT_TYPES.filter((type) => !seen.has(type));
  const essential = ESSENTIAL.filter((type) => !seen.has(type));
  return join(
    reportHeader("Tracking", comparison),
    essential.length > 0
      ? `**Missing for funnel, conversion or revenue: ${essential.join(", ")}.**`
      : "Everything that funnel, conversion and revenue need has come.",
    `## Events\n\n${table(
      ["event", "now", "before", "change", "days without it"],
      comparison.by_event
        .slice(0, EVENTS_SHOWN)
        .map(({ type, interactions: { value, previous, change: moved } }) => [
          plain(type),
          count(value),
          count(previous),
          change(moved),
          emptyDays(by_day, type),
        ]),
    )}`,
    `Known types that did not come: ${missing.length > 0 ? missing.join(", ") : "none"}.`,
    `## The newest ${newest.length} interactions\n\n${table(["an interaction", "share"], shares(ANY, newest))}`,
    `## The newest ${purchases.length} purchases\n\n${table(["a purchase", "share"], shares(PURCHASE, purchases), "There were none.")}`,
  );
}

function emptyDays({ series }: TrackingFacts["by_day"], type: string): string {
  const points = series.find(({ kind, key }) => kind === "value" && key === type)?.points;
  return points === undefined ? "–" : `${points.filter(({ value }) => value === 0).length} of ${points.length}`;
}

function shares(checks: readonly Check[], interactions: readonly Interaction[]): string[][] {
  if (interactions.length === 0) return [];
  return checks.map(([label, holds]) => [label, percent(interactions.filter(holds).length / interactions.length)]);
}
