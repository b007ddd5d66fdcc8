import type { Comparison } from "../compared_range.ts";
import type { DayRange } from "../range.ts";
import { FUNNEL_STEPS } from "./reach.ts";
import { readSums, type FigureReader } from "./sums.ts";
import { DIMENSION_COLUMN } from "./totals.ts";

/** What can go silent: an event type as a whole, or a step of the funnel for one source or campaign. */
export const SILENT_DIMENSIONS = ["event", "source", "campaign"] as const;
export type SilentDimension = (typeof SILENT_DIMENSIONS)[number];

/** Too few events before to know how often they come. */
const EVENTS_BEFORE_MIN = 5;
/** A silence that one answer in so many would show by chance, with as many as it judges, is none. */
const CHANCE_MAX = 0.05;
const WEEK_DAYS = 7;

/** Events that came and come no more, although what they follow from goes on. */
export interface Silence {
  dimension: SilentDimension;
  /** The source or campaign; null for a type as a whole and for what has no campaign. */
  key: string | null;
  type: string;
  /** The last day with one, and how many came in the seven days that it ends. */
  last_day: number;
  week_before: number;
  days_since: number;
  /** What they are measured by: the funnel's step before, or (null) all other interactions; and how many of those came on the days since. */
  activity_type: string | null;
  activity_since: number;
  /** How many events so much activity brought before. */
  expected_since: number;
}

export interface SilenceScan {
  /** Those with most events missing first. */
  silences: Silence[];
  /** Types, and steps of sources and campaigns, that came often enough to be judged. */
  judged: number;
}

type Days = Map<number, number>;
/** Interactions of one source, campaign or all by type and day. */
type Types = Map<string, Days>;

/** Every event type, and every step of the funnel for each source and campaign, of both ranges that stopped in the first of them. */
export function findSilences(reader: FigureReader, { range, before }: Comparison): SilenceScan {
  const candidates: Silence[] = [];
  let judged = 0;
  const judge = (dimension: SilentDimension, key: string | null, types: Types, judged_types: readonly string[]): void => {
    for (const type of judged_types) {
      const silence = silenceOf(types, type, range);
      if (silence === null) continue;
      judged++;
      if (silence.days_since > 0) candidates.push({ ...silence, dimension, key });
    }
  };
  const whole = readTypes(reader, { range, before }, "event").get("") ?? new Map<string, Days>();
  judge("event", null, whole, [...whole.keys()]);
  for (const dimension of ["source", "campaign"] as const)
    for (const [key, types] of readTypes(reader, { range, before }, dimension)) judge(dimension, key === "" ? null : key, types, FUNNEL_STEPS);
  // Poisson: none of so many expected.
  const found = candidates.filter(({ expected_since }) => Math.exp(-expected_since) * judged <= CHANCE_MAX);
  const silent_as_a_whole = new Set(found.flatMap(({ dimension, type }) => (dimension === "event" ? [type] : [])));
  return {
    judged,
    silences: found
      .filter(({ dimension, type }) => dimension === "event" || !silent_as_a_whole.has(type))
      .toSorted((a, b) => b.expected_since - a.expected_since || (`${a.dimension}${a.key}${a.type}` < `${b.dimension}${b.key}${b.type}` ? -1 : 1)),
  };
}

function silenceOf(types: Types, type: string, range: DayRange): Omit<Silence, "dimension" | "key"> | null {
  const days = types.get(type);
  if (days === undefined || sumOf(days, () => true) < EVENTS_BEFORE_MIN) return null;
  const last_day = Math.max(...days.keys());
  const activity_type = stepBefore(types, type);
  const activity = (condition: (day: number) => boolean): number =>
    activity_type === null
      ? [...types].reduce((sum, [other, its]) => sum + (other === type ? 0 : sumOf(its, condition)), 0)
      : sumOf(types.get(activity_type)!, condition);
  const since = (day: number): boolean => day > last_day && day >= range.from_day && day <= range.to_day;
  const activity_before = activity((day) => day <= last_day);
  const activity_since = activity(since);
  return {
    type,
    last_day,
    week_before: sumOf(days, (day) => day > last_day - WEEK_DAYS),
    days_since: Math.max(0, range.to_day - Math.max(last_day, range.from_day - 1)),
    activity_type,
    activity_since,
    expected_since: activity_before === 0 ? 0 : (sumOf(days, () => true) / activity_before) * activity_since,
  };
}

/** The nearest step of the funnel before this one that occurs. */
function stepBefore(types: Types, type: string): string | null {
  const step = FUNNEL_STEPS.findIndex((name) => name === type);
  return FUNNEL_STEPS.slice(0, Math.max(0, step)).findLast((name) => types.has(name)) ?? null;
}

function sumOf(days: Days, condition: (day: number) => boolean): number {
  let sum = 0;
  for (const [day, count] of days) if (condition(day)) sum += count;
  return sum;
}

function readTypes(reader: FigureReader, { range, before }: Comparison, dimension: SilentDimension): Map<string, Types> {
  const values = new Map<string, Types>();
  const column = dimension === "event" ? null : DIMENSION_COLUMN[dimension];
  for (const days of [range, before]) {
    for (const row of readSums(reader, "rollup_events", days, column === null ? ["day", "type"] : ["day", "type", column])) {
      const key = column === null ? "" : String((row as Partial<Record<string, string | number>>)[column]);
      const types = values.get(key) ?? new Map<string, Days>();
      const its = types.get(row.type) ?? new Map<number, number>();
      // Set, not added: the ranges may overlap.
      values.set(key, types.set(row.type, its.set(row.day, row.interactions)));
    }
  }
  return values;
}
