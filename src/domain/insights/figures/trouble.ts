import { startOfDayMs } from "../../time.ts";
import { productColumns, productKey, toInsightProduct, type InsightProduct } from "../product.ts";
import type { DayRange, Reader } from "../range.ts";

/** Events that say that something went wrong for a customer. */
export const TROUBLE_TYPES = ["error", "api_error", "rage_click"] as const;
export type TroubleType = (typeof TROUBLE_TYPES)[number];

/** No more interactions of a type than this are looked at, the newest: which products they name is not in the rollups. */
export const TROUBLE_READ_MAX = 1_000;

export interface TroubleByProduct {
  /** Interactions looked at: all of the range, up to the limit. */
  read: number;
  /** How many of them name each product, most first. */
  products: { product: InsightProduct; occurrences: number }[];
}

/** Which products the newest interactions of a type in the range name. */
export function readTroubleByProduct({ db, organization }: Reader, type: TroubleType, range: DayRange): TroubleByProduct {
  const rows = db.all<InsightProduct & { occurrences: number; read: number }>(
    `WITH newest AS MATERIALIZED (
       SELECT seq, data FROM interactions WHERE type = ?1 AND occurred_at >= ?2 AND occurred_at < ?3 ORDER BY occurred_at DESC LIMIT ${TROUBLE_READ_MAX}
     ), named AS MATERIALIZED (
       SELECT ${productKey("reference")} AS key, MIN(reference.ref) AS ref, COUNT(DISTINCT newest.seq) AS occurrences
       FROM newest CROSS JOIN json_each(newest.data, '$.items') AS item CROSS JOIN product_refs AS reference ON reference.ref = item.value ->> 'ref'
       GROUP BY 1
     )
     SELECT (SELECT COUNT(*) FROM newest) AS read, occurrences, ${productColumns("product", "reference")}
     FROM (SELECT 1) LEFT JOIN named ON 1 LEFT JOIN product_refs AS reference ON reference.ref = named.ref LEFT JOIN products AS product ON product.id = reference.product_id
     ORDER BY occurrences DESC, named.ref`,
    type,
    startOfDayMs(range.from_day, organization.time_zone),
    startOfDayMs(range.to_day + 1, organization.time_zone),
  );
  return {
    read: rows[0]?.read ?? 0,
    products: rows.flatMap((row) => (row.occurrences === null ? [] : [{ product: toInsightProduct(row), occurrences: row.occurrences }])),
  };
}
