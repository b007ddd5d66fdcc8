import type { DayRange } from "../range.ts";
import { rounded } from "../ratio.ts";
import { chanceDeviation, normalTails, studentTails, type DayFigure } from "./chance.ts";
import { readSums, type FigureReader } from "./sums.ts";

export const BASELINE_WEEKS = 8;
export const BASELINE_WEEKS_MIN = 4;
export const Z_THRESHOLD = 3;
/** A day without data is history when data came at most so many days before it and after it: an outage or a closed day while the tracking ran. */
export const GAP_DAYS_MAX = 3;
/** A departure that one answer in so many would show by chance alone, with as many days as it judges, may well be chance. */
const CHANCE_MAX = 0.05;

export interface BaselineDay {
  day: number;
  value: number;
}

/** A day that does not fit the same weekday of the weeks before. Money in minor units. */
export interface UnusualDay {
  day: number;
  value: number;
  mean: number;
  /** Of the sample (n − 1), and at least that of chance. */
  standard_deviation: number;
  z: number;
  /** That a day of this kind departs as far by chance. */
  probability: number;
  baseline: BaselineDay[];
}

/** The days that a range's days are judged by, and those themselves. */
export function judgedRange({ from_day, to_day }: DayRange): DayRange {
  return { from_day: from_day - 7 * BASELINE_WEEKS - GAP_DAYS_MAX, to_day };
}

/** Which days of the range belong to a time in which the tracking ran (GAP_DAYS_MAX). */
export function trackedDays(active: ReadonlySet<number>): (day: number) => boolean {
  const near = (day: number, step: 1 | -1): boolean => {
    for (let distance = 1; distance <= GAP_DAYS_MAX; distance++) if (active.has(day + step * distance)) return true;
    return false;
  };
  return (day) => active.has(day) || (near(day, -1) && near(day, 1));
}

/** Days of the range on which any interaction occurred. */
export function readActiveDays(reader: FigureReader, range: DayRange): Set<number> {
  return new Set(readSums(reader, "rollup_events", range, ["day"]).map(({ day }) => day));
}

/** The days of its baseline, latest first: those of the eight weeks before that are history. */
export function baselineOf(day: number, isHistory: (day: number) => boolean): number[] {
  return Array.from({ length: BASELINE_WEEKS }, (_, week) => day - 7 * (week + 1)).filter(isHistory);
}

/** The verdict on one day, by what it and its baseline came to (null: unknown); null for a day that fits or has too little history. */
export function judgeDay(day: number, baseline_days: readonly number[], figureOn: (day: number) => DayFigure | null): UnusualDay | null {
  const figure = figureOn(day);
  if (figure === null) return null;
  const known = baseline_days.flatMap((before) => {
    const past = figureOn(before);
    return past === null ? [] : [{ day: before, figure: past }];
  });
  const count = known.length;
  if (count < BASELINE_WEEKS_MIN) return null;
  const mean = known.reduce((sum, past) => sum + past.figure.value, 0) / count;
  const sample = Math.sqrt(known.reduce((sum, past) => sum + (past.figure.value - mean) ** 2, 0) / (count - 1));
  const chance = chanceDeviation(
    figure,
    known.map((past) => past.figure),
    mean,
  );
  const standard_deviation = Math.max(sample, chance);
  if (standard_deviation === 0) return null;
  const z = rounded((figure.value - mean) / standard_deviation);
  if (Math.abs(z) < Z_THRESHOLD) return null;
  // The mean of so few days is itself uncertain, and so is what they vary beyond chance.
  const probability = tails(z / Math.sqrt(1 + 1 / count), sample, chance, count - 1);
  return {
    day,
    value: figure.value,
    mean,
    standard_deviation,
    z,
    probability,
    baseline: known.map((past) => ({ day: past.day, value: past.figure.value })),
  };
}

/** Beyond this Student's t is the normal distribution. */
const DEGREES_MAX = 200;

/**
 * Probability of a departure by so many deviations. What chance gives is known; what the sample varies beyond it is an estimate from so many degrees
 * of freedom, and the sum of both has as many as Satterthwaite's formula says.
 */
function tails(departure: number, sample: number, chance: number, sample_degrees: number): number {
  if (sample <= chance) return normalTails(departure);
  const degrees = sample_degrees / (1 - (chance / sample) ** 2) ** 2;
  return degrees > DEGREES_MAX ? normalTails(departure) : studentTails(departure, Math.floor(degrees));
}

/** Whether chance alone would show a departure like it in an answer that judges so many figures of days. */
export function mayBeChance({ probability }: UnusualDay, judged: number): boolean {
  return probability * judged > CHANCE_MAX;
}

/** For ordering, the larger the stronger: how far out of the ordinary, and how large beside what was expected. */
export function strength({ z, value, mean }: UnusualDay): number {
  return Math.abs(z) * Math.min(1, Math.abs(value - mean) / Math.max(Math.abs(value), Math.abs(mean)));
}
