import { dateOfDay } from "../time.ts";
import type { Silence } from "./figures/silences.ts";
import type { Finding } from "./findings.ts";
import { counted } from "./generated/wording.ts";
import { NO_CAMPAIGN } from "./movement.ts";
import type { TrackedEvent } from "./tracking.ts";

/** What funnel, conversion and revenue are made of. */
const ESSENTIAL = ["view_item", "add_to_cart", "begin_checkout", "purchase"] as const;
/** Signals of trouble: a new one is told before any other new type. */
const TROUBLE: ReadonlySet<string> = new Set(["error", "api_error", "rage_click"]);

interface TrackingFacts {
  events: readonly TrackedEvent[];
  /** Most missing first. */
  silences: readonly Silence[];
  judged: number;
}

export function trackingFindings({ events, silences, judged }: TrackingFacts): Finding[] {
  const came = new Set(events.flatMap(({ type, interactions }) => (interactions > 0 ? [type] : [])));
  if (came.size === 0) return [];
  const missing = ESSENTIAL.filter((type) => !came.has(type));
  const silent = new Set(silences.flatMap(({ dimension, type }) => (dimension === "event" ? [type] : [])));
  return [
    ...(missing.length > 0 ? [{ weight: 95, text: `Missing for funnel, conversion or revenue: there were 0 of ${missing.join(", ")}.` }] : []),
    ...silences.map((silence, index) => ({ weight: 90 - Math.min(index, 20) / 10, text: saySilence(silence) })),
    ...events.filter(({ type }) => !silent.has(type)).flatMap(newOrGone),
    ...(silences.length === 0 ? [{ weight: 20, text: quiet(judged) }] : []),
  ];
}

function saySilence({ dimension, key, type, last_day, week_before, activity_type, activity_since, expected_since }: Silence): string {
  const whose = dimension === "event" ? "" : dimension === "source" ? `Source ${key}: ` : `Campaign ${key ?? `(${NO_CAMPAIGN})`}: `;
  const activity = activity_type === null ? `${counted(activity_since, "other interaction")}` : `${activity_since} ${activity_type}`;
  const about = Math.max(1, Math.round(expected_since));
  const sentence = `no ${type} since ${dateOfDay(last_day)}, ${week_before} in the seven days up to then; ${activity} came since, which would have brought about ${about}.`;
  return `${whose}${whose === "" ? `N${sentence.slice(1)}` : sentence}`;
}

function newOrGone({ type, interactions, previous, first_date, presence }: TrackedEvent): Finding[] {
  if (presence === "new")
    return [
      {
        weight: TROUBLE.has(type) ? 85 : 60,
        text: `New: ${type}, ${counted(interactions, "time")} since ${first_date}, not once in the days before.`,
      },
    ];
  if (presence === "vanished")
    return [{ weight: 50, text: `Vanished: ${type}, ${counted(previous, "time")} in the days before and not once in these.` }];
  return [];
}

function quiet(judged: number): string {
  return judged === 0
    ? "Too few events came (0 types five times) to notice when one stops."
    : `Nothing went silent: ${judged} types and steps of sources and campaigns came often enough to notice it.`;
}
