/** z of 95 % confidence. */
export const Z_SIGNIFICANT = 1.96;

/** What a figure of one day is made of: a plain count, a share of so many, or a sum over so many (the amounts of orders, the events of sessions). */
export interface DayFigure {
  value: number;
  of?: { kind: "share"; part: number; whole: number } | { kind: "sum"; count: number };
}

/**
 * How far chance alone moves such a day, one standard deviation: √expected for a count (Poisson), √(p(1 − p) / n) for a share of the day's n, and as
 * many parts of average size for a sum. Nothing in the baseline counts as one, so that the first of anything is no wonder. 0: a sum of nothing.
 */
export function chanceDeviation(day: DayFigure, baseline: readonly DayFigure[], mean: number): number {
  const counted = Math.sqrt(Math.max(mean, 1));
  if (day.of === undefined) return counted;
  if (day.of.kind === "share") {
    let [part, whole] = [1, 2];
    for (const { of } of baseline) {
      if (of?.kind !== "share") continue;
      part += of.part;
      whole += of.whole;
    }
    const share = part / whole;
    return Math.sqrt((share * (1 - share)) / day.of.whole);
  }
  const parts = baseline.reduce((sum, { of }) => sum + (of?.kind === "sum" ? of.count : 0), 0) / baseline.length;
  return Math.abs(mean) / Math.sqrt(Math.max(parts, 1));
}

/** Probability that a standard normal is further from 0 than z, either way (Abramowitz and Stegun 7.1.26, error below 1.5e-7). */
export function normalTails(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return Math.min(1, Math.max(0, series * Math.exp(-x * x)));
}

/** The same for Student's t with whole degrees of freedom (Abramowitz and Stegun 26.7.3 and 26.7.4). */
export function studentTails(t: number, degrees: number): number {
  const angle = Math.atan(Math.abs(t) / Math.sqrt(degrees));
  const cosine = Math.cos(angle);
  const odd = degrees % 2 === 1;
  let term = odd ? cosine : 1;
  let sum = degrees === 1 ? 0 : term;
  for (let index = odd ? 3 : 2; index <= degrees - 2; index += 2) {
    term *= ((index - 1) / index) * cosine * cosine;
    sum += term;
  }
  const within = odd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
  return Math.min(1, Math.max(0, 1 - within));
}
