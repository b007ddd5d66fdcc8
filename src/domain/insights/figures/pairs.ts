import type { Database } from "../../database.ts";
import { productColumns, productKey, type InsightProduct } from "../product.ts";
import type { DayRange } from "../range.ts";

/** Two products that the same sessions touched; `sessions_a` and `sessions_b` touched each of them. */
export interface ProductPair {
  a: InsightProduct;
  b: InsightProduct;
  sessions: number;
  sessions_a: number;
  sessions_b: number;
}

type PairRow = Omit<ProductPair, "a" | "b"> & { [K in keyof InsightProduct as `a_${K}` | `b_${K}`]: InsightProduct[K] };

export interface PairQuery {
  /** Pairs in fewer sessions are chance. */
  sessions_min: number;
  limit: number;
  /** Only pairs of the products that these references name: then the cost grows with the days alone, not with the pairs that occurred. */
  among?: readonly number[];
}

const RANGE_SINGLES = "SELECT ref, SUM(sessions) AS sessions FROM rollup_product_sessions WHERE day >= ?1 AND day <= ?2 GROUP BY ref";
const RANGE_PAIRS = "SELECT ref_a, ref_b, SUM(sessions) AS sessions FROM rollup_product_pairs WHERE day >= ?1 AND day <= ?2 GROUP BY ref_a, ref_b";

/** Every day of the range, and every reference (of `?5`) to the products asked for: what is wanted is then sought by its full key. */
const AMONG = `RECURSIVE days (day) AS (SELECT CAST(?1 AS INTEGER) UNION ALL SELECT day + 1 FROM days WHERE day < ?2),
  wanted AS MATERIALIZED (
    SELECT ref FROM product_refs WHERE ref IN (SELECT value FROM json_each(?5))
    UNION SELECT ref FROM product_refs WHERE product_id IN (
      SELECT named.product_id FROM json_each(?5) AS given CROSS JOIN product_refs AS named ON named.ref = given.value)
  ),`;
const AMONG_SINGLES = `SELECT single.ref, SUM(single.sessions) AS sessions
  FROM days CROSS JOIN wanted CROSS JOIN rollup_product_sessions AS single ON single.day = days.day AND single.ref = wanted.ref GROUP BY single.ref`;
const AMONG_PAIRS = `SELECT pair.ref_a, pair.ref_b, SUM(pair.sessions) AS sessions
  FROM days CROSS JOIN wanted AS one CROSS JOIN wanted AS other
  CROSS JOIN rollup_product_pairs AS pair ON pair.day = days.day AND pair.ref_a = one.ref AND pair.ref_b = other.ref
  WHERE one.ref < other.ref GROUP BY pair.ref_a, pair.ref_b`;

/** Pairs of different products by lift, strongest first. The number of all sessions scales every lift alike, so it does not change the order. */
export function readPairs(db: Database, range: DayRange, query: PairQuery): ProductPair[] {
  const rows = db.all<PairRow>(
    `WITH ${query.among ? AMONG : ""} single_refs AS MATERIALIZED (${query.among ? AMONG_SINGLES : RANGE_SINGLES}), singles AS MATERIALIZED (
       SELECT ${productKey("reference")} AS key, SUM(sessions) AS sessions
       FROM single_refs CROSS JOIN product_refs AS reference ON reference.ref = single_refs.ref GROUP BY key
     ), pair_refs AS MATERIALIZED (${query.among ? AMONG_PAIRS : RANGE_PAIRS}), keyed AS (
       SELECT ${productKey("first")} AS key_a, ${productKey("second")} AS key_b, first.ref AS ref_a, second.ref AS ref_b, sessions
       FROM pair_refs CROSS JOIN product_refs AS first ON first.ref = ref_a CROSS JOIN product_refs AS second ON second.ref = ref_b
     ), pairs AS MATERIALIZED (
       SELECT min(key_a, key_b) AS key_a, max(key_a, key_b) AS key_b, SUM(sessions) AS sessions,
         MIN(CASE WHEN key_a < key_b THEN ref_a ELSE ref_b END) AS ref_a, MIN(CASE WHEN key_a < key_b THEN ref_b ELSE ref_a END) AS ref_b
       FROM keyed WHERE key_a <> key_b GROUP BY 1, 2 HAVING SUM(sessions) >= ?3
     ), best AS MATERIALIZED (
       SELECT pairs.ref_a, pairs.ref_b, pairs.sessions, a.sessions AS sessions_a, b.sessions AS sessions_b,
         CAST(pairs.sessions AS REAL) / (a.sessions * b.sessions) AS strength
       FROM pairs JOIN singles AS a ON a.key = pairs.key_a JOIN singles AS b ON b.key = pairs.key_b
       ORDER BY strength DESC, pairs.sessions DESC, pairs.ref_a, pairs.ref_b LIMIT ?4
     )
     SELECT sessions, sessions_a, sessions_b, ${productColumns("product_a", "first", "a_")}, ${productColumns("product_b", "second", "b_")}
     FROM best CROSS JOIN product_refs AS first ON first.ref = best.ref_a CROSS JOIN product_refs AS second ON second.ref = best.ref_b
       LEFT JOIN products AS product_a ON product_a.id = first.product_id LEFT JOIN products AS product_b ON product_b.id = second.product_id
     ORDER BY strength DESC, best.sessions DESC, best.ref_a, best.ref_b`,
    range.from_day,
    range.to_day,
    query.sessions_min,
    query.limit,
    ...(query.among ? [JSON.stringify(query.among)] : []),
  );
  return rows.map((row) => ({
    a: { product_id: row.a_product_id, external_id: row.a_external_id, sku: row.a_sku, title: row.a_title },
    b: { product_id: row.b_product_id, external_id: row.b_external_id, sku: row.b_sku, title: row.b_title },
    sessions: row.sessions,
    sessions_a: row.sessions_a,
    sessions_b: row.sessions_b,
  }));
}
