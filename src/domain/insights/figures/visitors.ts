import type { DayRange } from "../range.ts";
import type { FigureReader } from "./sums.ts";

/**
 * Exact distinct visitors of each of several day ranges, in their order. A visitor counts on the first day they are active within the range: when
 * they were never active before (gap 0) or last before its beginning (gap > day − from). Seeks two keys per day, however many visitors.
 */
export function readDistinctVisitors(reader: FigureReader, ranges: readonly DayRange[]): number[] {
  const known = ranges.map((range) => (range.from_day === range.to_day ? (reader.cache?.visitorsOn(range.from_day) ?? null) : null));
  if (known.every((count) => count !== null)) return known;
  const counts = Array.from(ranges, () => 0);
  const days: [day: number, from_day: number, index: number][] = [];
  ranges.forEach((range, index) => {
    for (let day = range.from_day; day <= range.to_day; day++) days.push([day, range.from_day, index]);
  });
  const rows = reader.db.all<{ range_index: number; visitors: number }>(
    `WITH days AS MATERIALIZED (SELECT value ->> 0 AS day, value ->> 1 AS from_day, value ->> 2 AS range_index FROM json_each(?))
     SELECT range_index, SUM(visitors) AS visitors FROM (
       SELECT range_index, visitors FROM days CROSS JOIN rollup_visitors AS first_ever
         ON first_ever.period = 'day' AND first_ever.bucket = days.day AND first_ever.gap = 0
       UNION ALL
       SELECT range_index, visitors FROM days CROSS JOIN rollup_visitors AS again
         ON again.period = 'day' AND again.bucket = days.day AND again.gap > days.day - days.from_day
     ) GROUP BY range_index`,
    JSON.stringify(days),
  );
  for (const row of rows) counts[row.range_index] = row.visitors;
  return counts;
}
