import type { Database } from "../../database.ts";

/** Whole calendar weeks (time.ts: weeks since that of 1970-01-01), both ends inclusive. */
export interface WeekRange {
  from_week: number;
  to_week: number;
}

/** Visitors of one week by when they were active before. */
export interface LifeCycleWeek {
  week: number;
  /** Never active before. */
  new: number;
  /** Active the week before. */
  returning: number;
  /** Active before, but not the week before. */
  resurrecting: number;
  /** Active the week before and not in this one. */
  dormant: number;
}

/** Every week of the range, with or without visitors. */
export function readLifeCycle(db: Database, { from_week, to_week }: WeekRange): LifeCycleWeek[] {
  const rows = db.all<{ week: number; new: number; returning: number; resurrecting: number }>(
    `SELECT bucket AS week, SUM(CASE WHEN gap = 0 THEN visitors ELSE 0 END) AS new, SUM(CASE WHEN gap = 1 THEN visitors ELSE 0 END) AS "returning",
       SUM(CASE WHEN gap > 1 THEN visitors ELSE 0 END) AS resurrecting
     FROM rollup_visitors WHERE period = 'week' AND bucket >= ? AND bucket <= ? GROUP BY bucket`,
    from_week - 1,
    to_week,
  );
  const by_week = new Map(rows.map((row) => [row.week, row]));
  const weeks: LifeCycleWeek[] = [];
  for (let week = from_week; week <= to_week; week++) {
    const present = by_week.get(week) ?? { new: 0, returning: 0, resurrecting: 0 };
    const before = by_week.get(week - 1);
    const active_before = before ? before.new + before.returning + before.resurrecting : 0;
    weeks.push({
      week,
      new: present.new,
      returning: present.returning,
      resurrecting: present.resurrecting,
      dormant: active_before - present.returning,
    });
  }
  return weeks;
}

/** Visitors first seen in `cohort_week`, and how many of them were active in it and each week after, up to the range's last. */
export interface Cohort {
  cohort_week: number;
  visitors_by_week: number[];
}

/** A cohort for every week of the range in which anybody was seen first. */
export function readCohorts(db: Database, { from_week, to_week }: WeekRange): Cohort[] {
  const rows = db.all<{ cohort_week: number; week: number; visitors: number }>(
    "SELECT cohort_week, week, visitors FROM rollup_cohorts WHERE cohort_week >= ? AND cohort_week <= ? AND week <= ? ORDER BY cohort_week, week",
    from_week,
    to_week,
    to_week,
  );
  const cohorts = new Map<number, Cohort>();
  for (const row of rows) {
    let cohort = cohorts.get(row.cohort_week);
    if (!cohort) {
      cohort = { cohort_week: row.cohort_week, visitors_by_week: Array.from({ length: to_week - row.cohort_week + 1 }, () => 0) };
      cohorts.set(row.cohort_week, cohort);
    }
    cohort.visitors_by_week[row.week - row.cohort_week] = row.visitors;
  }
  return [...cohorts.values()];
}
