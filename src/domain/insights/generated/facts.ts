import { lazily, once } from "../../lazy.ts";
import { localDay, weekOfDay } from "../../time.ts";
import { readAhead } from "../figures/cube.ts";
import { findAnomalies, ANOMALY_METRICS, type AnomalousDay } from "../figures/anomalies.ts";
import { judgedRange } from "../figures/baseline.ts";
import { readFriction, type FrictionSignal } from "../figures/friction.ts";
import { readPairs, type ProductPair } from "../figures/pairs.ts";
import { readProductPages, type ProductPage } from "../figures/products.ts";
import type { Reach } from "../figures/reach.ts";
import type { FigureReader } from "../figures/sums.ts";
import { readTotals, type Totals } from "../figures/totals.ts";
import { readLifeCycle, type LifeCycleWeek } from "../figures/weeks.ts";
import { readReach } from "../funnel_figures.ts";
import { previousRange, type DayRange, type Reader } from "../range.ts";

const PRODUCTS_READ = 10;
const PAIRS_READ = 5;
/** Fewer sessions than this with both products are not worth acting on. */
const PAIR_SESSIONS_MIN = 5;

/** All figures the rules look at, read once. Money in minor units of `currency`. */
export interface Facts {
  currency: string;
  totals: Totals;
  previous: Totals;
  reach: Reach;
  friction: Record<FrictionSignal, number>;
  previous_friction: Record<FrictionSignal, number>;
  best_sellers: ProductPage;
  viewed_not_bought: ProductPage;
  /** Of the ten most viewed products. */
  pairs: ProductPair[];
  anomalies: AnomalousDay[];
  /** The last whole week of the range that is over. */
  last_week: LifeCycleWeek | null;
}

/** Views that make a product without a purchase worth a look. */
export const VIEWED_NOT_BOUGHT_VIEWS_MIN = 10;

/** All facts of a range, each read when it is asked for, and a reader that has their days in memory for whatever else an answer says about them. */
export function readAllFacts(reader: Reader, range: DayRange): { facts: Facts; ahead: () => FigureReader } {
  const from_day = Math.min(previousRange(range).from_day, judgedRange(range).from_day);
  const ahead = once(() => readAhead(reader, { from_day, to_day: range.to_day }));
  return { facts: readFacts(reader, ahead, range), ahead };
}

function readFacts(reader: Reader, ahead: () => FigureReader, range: DayRange): Facts {
  const before = previousRange(range);
  const products = once(
    () =>
      readProductPages(reader.db, range, [
        { order: "revenue", limit: PRODUCTS_READ },
        { order: "views", limit: PRODUCTS_READ, viewed_not_bought_from: VIEWED_NOT_BOUGHT_VIEWS_MIN },
        { order: "views", limit: PRODUCTS_READ },
      ]) as [best_sellers: ProductPage, viewed_not_bought: ProductPage, most_viewed: ProductPage],
  );
  return lazily<Facts>({
    currency: () => reader.organization.currency,
    totals: () => readTotals(ahead(), range),
    previous: () => readTotals(ahead(), before),
    reach: () => readReach(ahead(), range),
    friction: () => readFriction(ahead(), range),
    previous_friction: () => readFriction(ahead(), before),
    best_sellers: () => products()[0],
    viewed_not_bought: () => products()[1],
    pairs: () =>
      readPairs(reader.db, range, { sessions_min: PAIR_SESSIONS_MIN, limit: PAIRS_READ, among: products()[2].products.map(({ ref }) => ref) }),
    anomalies: () => findAnomalies(ahead(), range, ANOMALY_METRICS).anomalies,
    last_week: () => lastFullWeek(reader, range),
  });
}

function lastFullWeek(reader: Reader, range: DayRange): LifeCycleWeek | null {
  const yesterday = localDay(reader.now, reader.organization.time_zone) - 1;
  const week = weekOfDay(Math.min(range.to_day, yesterday) + 1) - 1;
  if (week < weekOfDay(range.from_day)) return null;
  return readLifeCycle(reader.db, { from_week: week, to_week: week })[0] ?? null;
}
