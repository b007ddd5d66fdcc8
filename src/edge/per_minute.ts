import { BoundedMap } from "../domain/bounded_map.ts";

const SUBJECTS_MAX = 10_000;

/** Counts of something that each subject may bring about so often in a minute, as far as this isolate sees. */
export class PerMinute {
  private readonly counts = new BoundedMap<string, { minute: number; count: number }>(SUBJECTS_MAX);

  constructor(private readonly count_max: number) {}

  /** Counts one; false when it is one too many. */
  take(subject: string, now_ms: number): boolean {
    const count = this.countOf(subject, now_ms) + 1;
    this.counts.set(subject, { minute: minuteOf(now_ms), count });
    return count <= this.count_max;
  }

  /** Takes back one that was counted and does not count after all. */
  giveBack(subject: string, now_ms: number): void {
    const count = this.countOf(subject, now_ms);
    if (count > 0) this.counts.set(subject, { minute: minuteOf(now_ms), count: count - 1 });
  }

  isUsedUp(subject: string, now_ms: number): boolean {
    return this.countOf(subject, now_ms) >= this.count_max;
  }

  private countOf(subject: string, now_ms: number): number {
    const known = this.counts.get(subject);
    return known?.minute === minuteOf(now_ms) ? known.count : 0;
  }
}

/** Seconds until counts begin anew. */
export function nextMinuteInS(now_ms: number): number {
  return Math.ceil(((minuteOf(now_ms) + 1) * 60_000 - now_ms) / 1_000);
}

function minuteOf(now_ms: number): number {
  return Math.floor(now_ms / 60_000);
}
