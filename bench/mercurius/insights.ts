import type { Database } from "better-sqlite3";

const DAY_MS = 86_400_000;
const CURRENCY = "USD";

export interface Range {
  from: number;
  /** Exclusive. */
  to: number;
}
interface Totals {
  interactions: number;
  sessions: number;
  visitors: number;
  orders: number;
  revenue: number;
  purchasing_sessions: number;
}

export const money = (amount: number | null, currency: string | null = CURRENCY) => (amount === null ? null : { amount, currency });

export interface DateRangeArgument {
  dateFrom?: string;
  dateTo?: string;
}
export function rangeOf(argument: DateRangeArgument | undefined): Range {
  const to = argument?.dateTo ? Date.parse(argument.dateTo) + DAY_MS : (Math.floor(Date.now() / DAY_MS) + 1) * DAY_MS;
  return { from: argument?.dateFrom ? Date.parse(argument.dateFrom) : to - 30 * DAY_MS, to };
}

interface ProductSums {
  views: number;
  carts: number;
  purchases: number;
  quantity: number;
  revenue: number;
}
const NOTHING: ProductSums = { views: 0, carts: 0, purchases: 0, quantity: 0, revenue: 0 };

const SUMS = `count(*) interactions, count(DISTINCT session_id) sessions, count(DISTINCT visitor_id) visitors,
  count(DISTINCT iif(type = 'purchase', ifnull(transaction_id, seq), NULL)) orders,
  ifnull(sum(CASE type WHEN 'purchase' THEN value WHEN 'refund' THEN -value END), 0) revenue,
  count(DISTINCT iif(type = 'purchase', session_id, NULL)) purchasing_sessions`;
const PRODUCT_SUMS = `sum(type = 'view_item') views, sum(type = 'add_to_cart') carts, sum(type = 'purchase') purchases,
  sum(iif(type = 'purchase', quantity, 0)) quantity, sum(iif(type = 'purchase', revenue, 0)) revenue`;
const IN_RANGE = "occurred_at >= ? AND occurred_at < ?";

/** Insights by GROUP BY over covering indexes; each part is computed when it is asked for, and only then. */
export function insightsOn(db: Database) {
  const totals = db.prepare<[number, number], Totals>(`SELECT ${SUMS} FROM interactions WHERE ${IN_RANGE}`);
  const bySource = db.prepare(
    `SELECT upper(source_type) sourceType, count(*) interactions, count(DISTINCT session_id) sessions FROM interactions WHERE ${IN_RANGE} GROUP BY 1 ORDER BY 2 DESC`,
  );
  const byEvent = db.prepare(`SELECT type, count(*) interactions FROM interactions WHERE ${IN_RANGE} GROUP BY 1 ORDER BY 2 DESC`);
  const byDay = db.prepare<[number, number], Totals & { day: number }>(
    `SELECT occurred_at / ${DAY_MS} day, ${SUMS} FROM interactions WHERE ${IN_RANGE} GROUP BY 1`,
  );
  const top = db.prepare<[number, number], ProductSums & { title: string }>(
    `SELECT title, ${PRODUCT_SUMS} FROM interaction_products JOIN products ON num = product WHERE ${IN_RANGE} GROUP BY product ORDER BY revenue DESC, purchases DESC, views DESC, product LIMIT 10`,
  );
  const ofProducts = db.prepare<[string, number, number], { product: number } & ProductSums>(
    `SELECT product, ${PRODUCT_SUMS} FROM interaction_products WHERE product IN (SELECT value FROM json_each(?)) AND ${IN_RANGE} GROUP BY product`,
  );
  const toPerformance = (row: ProductSums & { title: string }) => ({ ...row, itemRevenue: money(row.revenue) });

  return {
    // Resolvers of InsightsSummary, whose parent is the range: compiled queries call no functions in plain objects.
    summary: {
      totals: (range: Range) => {
        const now = totals.get(range.from, range.to)!;
        const before = totals.get(range.from * 2 - range.to, range.from)!;
        const rate = (sums: Totals) => (sums.sessions === 0 ? null : rounded(sums.purchasing_sessions / sums.sessions));
        const count = (figure: keyof Totals) => ({ value: now[figure], previous: before[figure], change: change(now[figure], before[figure]) });
        return {
          interactions: count("interactions"),
          sessions: count("sessions"),
          visitors: count("visitors"),
          orders: count("orders"),
          revenue: { value: money(now.revenue), previous: money(before.revenue), change: change(now.revenue, before.revenue) },
          conversionRate: { value: rate(now), previous: rate(before), change: change(rate(now), rate(before)) },
        };
      },
      bySource: (range: Range) => bySource.all(range.from, range.to),
      byEvent: (range: Range) => byEvent.all(range.from, range.to),
      timeseries: (range: Range) => {
        const days = new Map(byDay.all(range.from, range.to).map((row) => [row.day, row]));
        return Array.from({ length: (range.to - range.from) / DAY_MS }, (_value, index) => {
          const { interactions = 0, sessions = 0, visitors = 0, orders = 0, revenue = 0 } = days.get(range.from / DAY_MS + index) ?? {};
          return {
            date: new Date(range.from + index * DAY_MS).toISOString().slice(0, 10),
            interactions,
            sessions,
            visitors,
            orders,
            revenue: money(revenue),
          };
        });
      },
      topProducts: (range: Range) => top.all(range.from, range.to).map(toPerformance),
    },
    ofProducts: (products: { num: number; title: string }[], range: Range) => {
      const found = new Map(ofProducts.all(JSON.stringify(products.map(({ num }) => num)), range.from, range.to).map((row) => [row.product, row]));
      return products.map(({ num, title }) => toPerformance({ title, ...(found.get(num) ?? NOTHING) }));
    },
  };
}

function change(value: number | null, previous: number | null): number | null {
  return value === null || !previous ? null : rounded((value - previous) / previous);
}

function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
