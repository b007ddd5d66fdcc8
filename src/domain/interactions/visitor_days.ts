import type { Database } from "../database.ts";
import { weekOfDay } from "../time.ts";
import type { RollupDelta } from "./rollups/delta.ts";
import { contributeDay } from "./rollups/visitor_contribution.ts";

/** Interactions per visitor and local day, to add (positive) or take away (negative). */
export type DayCounts = Map<number, Map<number, number>>;

export function countDay(counts: DayCounts, visitor: number, day: number, amount: number): void {
  let days = counts.get(visitor);
  if (!days) counts.set(visitor, (days = new Map()));
  days.set(day, (days.get(day) ?? 0) + amount);
}

/** Applies day counts to `visitor_days` and `visitors`, and what they change to the visitor rollups. */
export function applyDayCounts(db: Database, delta: RollupDelta, counts: DayCounts): void {
  if (counts.size === 0) return;
  const known = loadDays(db, counts);
  const rows: number[][] = [];
  const bounds: (number | null)[][] = [];
  const emptied: number[][] = [];
  for (const [visitor, changes] of counts) {
    const stored = known.get(visitor);
    const active = stored ? [...stored.keys()].toSorted((a, b) => a - b) : [];
    for (const [day, amount] of [...changes].toSorted(([a], [b]) => a - b)) {
      const before = stored?.get(day) ?? 0;
      if (amount === 0) continue;
      rows.push([visitor, day, amount]);
      if (before === 0 && amount > 0) activate(delta, active, day);
      else if (before > 0 && before + amount <= 0) {
        deactivate(delta, active, day);
        emptied.push([visitor, day]);
      }
    }
    bounds.push([visitor, active[0] ?? null, active.at(-1) ?? null]);
  }
  db.run(
    `INSERT INTO visitor_days (visitor, day, interactions) SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?) WHERE true
     ON CONFLICT (visitor, day) DO UPDATE SET interactions = interactions + excluded.interactions`,
    JSON.stringify(rows),
  );
  if (emptied.length > 0)
    db.run("DELETE FROM visitor_days WHERE (visitor, day) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))", JSON.stringify(emptied));
  writeBounds(db, bounds);
}

/**
 * The active days that matter: all of a visitor whose change lies before its last day; otherwise the last day alone, since in-order arrivals only
 * ever look one day back.
 */
function loadDays(db: Database, counts: DayCounts): Map<number, Map<number, number>> {
  const earliest = [...counts].map(([visitor, days]) => [visitor, Math.min(...days.keys()), [...days.values()].some((amount) => amount < 0) ? 1 : 0]);
  const rows = db.all<{ visitor: number; day: number; interactions: number; first_day: number }>(
    `SELECT visitor_days.visitor, visitor_days.day, visitor_days.interactions, visitors.first_day FROM json_each(?) AS wanted
     JOIN visitors ON visitors.id = wanted.value ->> 0
     JOIN visitor_days ON visitor_days.visitor = visitors.id
      AND visitor_days.day >= CASE WHEN wanted.value ->> 2 = 1 OR wanted.value ->> 1 < visitors.last_day THEN -10000000 ELSE visitors.last_day END`,
    JSON.stringify(earliest),
  );
  const known = new Map<number, Map<number, number>>();
  for (const { visitor, day, interactions, first_day } of rows) {
    let days = known.get(visitor);
    if (!days) known.set(visitor, (days = new Map()));
    days.set(day, interactions);
    // The first day names the cohort even when the days between were not loaded.
    if (!days.has(first_day)) days.set(first_day, 1);
  }
  return known;
}

function activate(delta: RollupDelta, active: number[], day: number): void {
  const position = active.findIndex((other) => other > day);
  const index = position === -1 ? active.length : position;
  contribute(delta, active, index, day, 1);
  active.splice(index, 0, day);
}

function deactivate(delta: RollupDelta, active: number[], day: number): void {
  const index = active.indexOf(day);
  active.splice(index, 1);
  contribute(delta, active, index, day, -1);
}

/** `active` without `day`; `index` is where it belongs. */
function contribute(delta: RollupDelta, active: readonly number[], index: number, day: number, sign: 1 | -1): void {
  const around = { previous: active[index - 1] ?? null, next: active[index] ?? null };
  const weeksAfter = (): number[] => [...new Set(active.slice(index).map(weekOfDay))];
  contributeDay(delta, day, around, weekOfDay(active[0] ?? day), weeksAfter, sign);
}

function writeBounds(db: Database, bounds: (number | null)[][]): void {
  db.run(
    `UPDATE visitors SET first_day = bound.value ->> 1, last_day = bound.value ->> 2 FROM json_each(?) AS bound
     WHERE visitors.id = bound.value ->> 0 AND bound.value ->> 1 IS NOT NULL AND (first_day <> bound.value ->> 1 OR last_day <> bound.value ->> 2)`,
    JSON.stringify(bounds),
  );
  const gone = bounds.filter(([, first]) => first === null).map(([visitor]) => visitor);
  if (gone.length > 0) db.run("DELETE FROM visitors WHERE id IN (SELECT value FROM json_each(?))", JSON.stringify(gone));
}
