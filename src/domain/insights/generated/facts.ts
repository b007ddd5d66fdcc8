import { localDay, weekOfDay } from "../../time.ts";
import { findAnomalies, ANOMALY_METRICS, type AnomalousDay } from "../figures/anomalies.ts";
import { readFriction, type FrictionSignal } from "../figures/friction.ts";
import { readPairs, type ProductPair } from "../figures/pairs.ts";
import { readProducts, type ProductPage } from "../figures/products.ts";
import type { Reach } from "../figures/reach.ts";
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
  pairs: ProductPair[];
  anomalies: AnomalousDay[];
  /** The last whole week of the range that is over. */
  last_week: LifeCycleWeek | null;
}

/** Views that make a product without a purchase worth a look. */
export const VIEWED_NOT_BOUGHT_VIEWS_MIN = 10;

export function readFacts(reader: Reader, range: DayRange): Facts {
  const before = previousRange(range);
  return {
    currency: reader.organization.currency,
    totals: readTotals(reader, range),
    previous: readTotals(reader, before),
    reach: readReach(reader, range),
    friction: readFriction(reader.db, range),
    previous_friction: readFriction(reader.db, before),
    best_sellers: readProducts(reader.db, range, { order: "revenue", limit: 1 }),
    viewed_not_bought: readProducts(reader.db, range, { order: "views", limit: PRODUCTS_READ, viewed_not_bought_from: VIEWED_NOT_BOUGHT_VIEWS_MIN }),
    pairs: readPairs(reader.db, range, { sessions_min: PAIR_SESSIONS_MIN, limit: PAIRS_READ }),
    anomalies: findAnomalies(reader, range, ANOMALY_METRICS).anomalies,
    last_week: lastFullWeek(reader, range),
  };
}

function lastFullWeek(reader: Reader, range: DayRange): LifeCycleWeek | null {
  const yesterday = localDay(reader.now, reader.organization.time_zone) - 1;
  const week = weekOfDay(Math.min(range.to_day, yesterday) + 1) - 1;
  if (week < weekOfDay(range.from_day)) return null;
  return readLifeCycle(reader.db, { from_week: week, to_week: week })[0] ?? null;
}
