import type { Comparison } from "./compared_range.ts";
import { readSums, type FigureReader } from "./figures/sums.ts";
import type { Totals } from "./figures/totals.ts";
import { TROUBLE_TYPES, readTroubleByProduct, type TroubleByProduct, type TroubleType } from "./figures/trouble.ts";
import type { Finding } from "./findings.ts";
import { counted } from "./generated/wording.ts";
import { productLabel } from "./product.ts";
import { Z_THRESHOLD } from "./figures/baseline.ts";

/** Fewer are an accident. */
const TROUBLE_MIN = 5;

/** An event of trouble that is new, or came more often than the sessions explain. */
export interface Trouble {
  type: TroubleType;
  now: number;
  past: number;
  /** Null for a credential that may not read interactions. */
  where: TroubleByProduct | null;
}

/** Whether a number of events rose or fell by more than the sessions did and chance explains (Poisson, both sides). */
export function departsFromSessions(now: number, past: number, sessions_now: number, sessions_past: number): boolean {
  // Beside days without sessions everything is new.
  if (sessions_past === 0) return false;
  const ratio = sessions_now / sessions_past;
  const expected = past * ratio;
  return Math.abs(now - expected) >= Z_THRESHOLD * Math.sqrt(Math.max(expected, 1) * (1 + ratio));
}

/** Trouble that grew. `with_interactions`: also which products it names. */
export function readTrouble(
  reader: FigureReader,
  { range, before }: Comparison,
  sessions: { now: Pick<Totals, "sessions">; past: Pick<Totals, "sessions"> },
  with_interactions: boolean,
): Trouble[] {
  const [now, past] = [range, before].map(
    (days) => new Map(readSums(reader, "rollup_events", days, ["type"]).map(({ type, interactions }) => [type, interactions])),
  ) as [Map<string, number>, Map<string, number>];
  return TROUBLE_TYPES.flatMap((type): Trouble[] => {
    const [count, earlier] = [now.get(type) ?? 0, past.get(type) ?? 0];
    if (count < TROUBLE_MIN || count <= earlier || !departsFromSessions(count, earlier, sessions.now.sessions, sessions.past.sessions)) return [];
    return [{ type, now: count, past: earlier, where: with_interactions ? readTroubleByProduct(reader, type, range) : null }];
  });
}

/** `New: api_error, 107 times, all on Mug.` */
export function troubleFindings(troubles: readonly Trouble[]): Finding[] {
  return troubles.map(({ type, now, past, where }) => {
    const moved = past === 0 ? `New: ${type}, ${counted(now, "time")}` : `More ${type}: ${now}, from ${past}`;
    return { weight: 94, text: `${moved}${where === null ? "" : sayWhere(where)}.` };
  });
}

/** The product that most of it names, where one does. */
function sayWhere({ read, products: [most] }: TroubleByProduct): string {
  if (most === undefined || most.occurrences * 2 < read) return "";
  const name = productLabel(most.product);
  return most.occurrences === read ? `, all on ${name}` : `, ${most.occurrences} of the newest ${read} on ${name}`;
}
