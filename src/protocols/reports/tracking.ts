import type * as z from "zod";
import { relativeChange } from "../../domain/insights/ratio.ts";
import type { trackingInsight } from "../../domain/insights/tracking.ts";
import type { Interaction } from "../../domain/interactions/interaction.ts";
import { change, count, join, percent, plain, table } from "./markdown.ts";
import { reportHeader } from "./header.ts";

const EVENTS_SHOWN = 60;
const SENTENCE_MAX = 600;

interface TrackingFacts {
  tracking: z.output<typeof trackingInsight.output>;
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

/** Which events came, which did not or no more, and how complete they are. */
export function trackingReport({ tracking, newest, purchases }: TrackingFacts): string {
  const { range, events, missing_types, silences, total_silences } = tracking;
  return join(
    reportHeader("Tracking", tracking),
    tracking.findings.map((finding) => `- ${plain(finding, SENTENCE_MAX)}`).join("\n"),
    `## What went silent\n\n${table(
      ["of", "name", "event", "last on", "in the week to then", "days since", "measured by", "of those since", "expected since"],
      silences.map((silence) => [
        silence.dimension === "event" ? "all" : silence.dimension,
        silence.dimension === "event" ? "" : plain(silence.key ?? "no campaign"),
        plain(silence.type),
        silence.last_date,
        count(silence.week_before),
        count(silence.days_since),
        plain(silence.activity_type ?? "other interactions"),
        count(silence.activity_since),
        count(Math.round(silence.expected_since)),
      ]),
      `None of the ${tracking.judged} types and steps of sources and campaigns that came often enough to notice it.`,
    )}${total_silences > silences.length ? `\n\n${total_silences} in all.` : ""}`,
    `## Events\n\n${table(
      ["event", "now", "before", "change", "days without it", "last on", "new or gone"],
      events
        .slice(0, EVENTS_SHOWN)
        .map(({ type, interactions, previous, days_without, last_date, presence }) => [
          plain(type),
          count(interactions),
          count(previous),
          change(relativeChange(interactions, previous)),
          `${days_without} of ${range.days}`,
          last_date ?? "–",
          presence === "both" ? "" : presence,
        ]),
    )}`,
    `Known types that did not come: ${missing_types.length > 0 ? missing_types.join(", ") : "none"}.`,
    `## The newest ${newest.length} interactions\n\n${table(["an interaction", "share"], shares(ANY, newest))}`,
    `## The newest ${purchases.length} purchases\n\n${table(["a purchase", "share"], shares(PURCHASE, purchases), "There were none.")}`,
  );
}

function shares(checks: readonly Check[], interactions: readonly Interaction[]): string[][] {
  if (interactions.length === 0) return [];
  return checks.map(([label, holds]) => [label, percent(interactions.filter(holds).length / interactions.length)]);
}
