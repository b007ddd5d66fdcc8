import type { Database } from "../../database.ts";
import { productColumns, productKey, type InsightProduct } from "../product.ts";
import type { DayRange } from "../range.ts";

/** Another product that the same sessions viewed, put into the cart or bought. */
export interface Companion extends InsightProduct {
  /** Sessions that touched both. */
  sessions: number;
  /** Sessions that touched the other. */
  sessions_other: number;
}

export interface Companions {
  /** Sessions that touched the product itself. */
  sessions: number;
  companions: Companion[];
}

/** Fewer sessions with both are chance: so many, and one of fifty that touched the product. */
const SESSIONS_MIN = 2;
const SESSIONS_SHARE_MIN = 0.02;

/**
 * What a product of the catalogue interests together with, by lift, strongest first. Seeks its own pairs by their keys: the cost grows with the days and the products of each,
 * not with all the pairs that occurred.
 */
export function readCompanions(db: Database, range: DayRange, product_id: string, limit: number): Companions {
  const rows = db.all<{ own_sessions: number; place: number | null } & Companion>(
    `WITH RECURSIVE days (day) AS (SELECT CAST(?1 AS INTEGER) UNION ALL SELECT day + 1 FROM days WHERE day < ?2),
     mine AS MATERIALIZED (SELECT ref FROM product_refs WHERE product_id = ?3),
     single_refs AS MATERIALIZED (SELECT ref, SUM(sessions) AS sessions FROM rollup_product_sessions WHERE day >= ?1 AND day <= ?2 GROUP BY ref),
     own AS MATERIALIZED (SELECT ifnull(SUM(sessions), 0) AS own_sessions FROM mine CROSS JOIN single_refs ON single_refs.ref = mine.ref),
     together AS MATERIALIZED (
       SELECT pair.ref_b AS ref, SUM(pair.sessions) AS sessions
       FROM days CROSS JOIN mine CROSS JOIN rollup_product_pairs AS pair ON pair.day = days.day AND pair.ref_a = mine.ref GROUP BY 1
       UNION ALL
       SELECT pair.ref_a, SUM(pair.sessions)
       FROM days CROSS JOIN mine CROSS JOIN rollup_product_sessions AS single ON single.day = days.day AND single.ref < mine.ref
       CROSS JOIN rollup_product_pairs AS pair ON pair.day = days.day AND pair.ref_a = single.ref AND pair.ref_b = mine.ref GROUP BY 1
     ), others AS MATERIALIZED (
       SELECT ${productKey("reference")} AS key, MIN(reference.ref) AS ref, SUM(sessions) AS sessions
       FROM together CROSS JOIN product_refs AS reference ON reference.ref = together.ref
       WHERE reference.product_id IS NOT ?3 GROUP BY key
       HAVING SUM(sessions) >= ${SESSIONS_MIN} AND SUM(sessions) >= (SELECT own_sessions FROM own) * ${SESSIONS_SHARE_MIN}
     ), singles AS MATERIALIZED (
       SELECT ${productKey("reference")} AS key, SUM(sessions) AS sessions
       FROM single_refs CROSS JOIN product_refs AS reference ON reference.ref = single_refs.ref GROUP BY key
     ), best AS MATERIALIZED (
       SELECT others.ref, others.sessions, singles.sessions AS sessions_other,
         ROW_NUMBER() OVER (ORDER BY CAST(others.sessions AS REAL) / singles.sessions DESC, others.sessions DESC, others.ref) AS place
       FROM others JOIN singles ON singles.key = others.key ORDER BY place LIMIT ${Math.trunc(limit)}
     )
     SELECT own_sessions, place, best.sessions, best.sessions_other, ${productColumns("product", "reference")}
     FROM own LEFT JOIN best ON 1 LEFT JOIN product_refs AS reference ON reference.ref = best.ref LEFT JOIN products AS product ON product.id = reference.product_id
     ORDER BY place`,
    range.from_day,
    range.to_day,
    product_id,
  );
  return {
    sessions: rows[0]?.own_sessions ?? 0,
    companions: rows.flatMap(({ own_sessions: _own, place, ...companion }) => (place === null ? [] : [companion])),
  };
}
