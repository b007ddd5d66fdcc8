import { formatDecimal } from "../../money.ts";
import { normalTails } from "../figures/chance.ts";
import { rounded } from "../ratio.ts";

/** `0.1234` → `12.3 %`. */
export function percent(share: number): string {
  return `${Math.round(share * 1_000) / 10} %`;
}

/** `1999, "EUR"` → `19.99 EUR`. */
export function amount(minor_units: number, currency: string): string {
  return `${formatDecimal(minor_units, currency)} ${currency}`;
}

/** `1, "session"` → `1 session`; `2, "session"` → `2 sessions`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** How far so many observations carry a plain fact, for ordering: half at 30, towards 1 with more. */
export function evidenceOf(observations: number): number {
  return rounded(observations / (observations + 30));
}

/** Two-sided confidence that a standard normal z is not chance: 0.95 at 1.96. */
export function confidenceOfZ(z: number): number {
  return rounded(1 - normalTails(z));
}

/** z of the difference of two shares a/n and b/m (pooled two-proportion test); null where a test is impossible. */
export function twoProportionZ(a: number, n: number, b: number, m: number): number | null {
  if (n === 0 || m === 0) return null;
  const pooled = (a + b) / (n + m);
  const variance = pooled * (1 - pooled) * (1 / n + 1 / m);
  return variance <= 0 ? null : (a / n - b / m) / Math.sqrt(variance);
}
