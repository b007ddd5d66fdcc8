import { BoundedMap } from "../../../domain/bounded_map.ts";
import type { LiveAnswer } from "../../../domain/documents.ts";
import type { LiveGroup } from "./live_group.ts";

/** How long a present state is good for who comes while nothing happens, and how many are kept. */
const SHOWN_MAX_AGE_MS = 1_000;
const SHOWN_MAX = 256;
const SHOWN_LENGTH_MAX = 65_536;

export interface Shown {
  answer: LiveAnswer;
  /** The log's end when it was made. */
  sequence: number;
  at_ms: number;
}

/** The states that were shown last, also to groups that nobody is in any more: whoever asks again and again has none of them made more often than the interval says. */
export class ShownStates {
  private readonly shown = new BoundedMap<string, Shown>(SHOWN_MAX);

  find({ name, query }: LiveGroup, latest: number): Shown | null {
    const shown = this.shown.get(name);
    if (!shown) return null;
    const age_ms = Date.now() - shown.at_ms;
    return age_ms < query.interval_ms || (age_ms < SHOWN_MAX_AGE_MS && shown.sequence === latest) ? shown : null;
  }

  set(name: string, shown: Shown): void {
    if (shown.answer.json.length <= SHOWN_LENGTH_MAX) this.shown.set(name, shown);
  }

  /** What they were made of has changed. */
  clear(): void {
    this.shown.clear();
  }
}
