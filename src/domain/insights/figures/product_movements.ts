import type { Database } from "../../database.ts";
import type { Comparison } from "../compared_range.ts";
import { productColumns, productKey, type InsightProduct } from "../product.ts";
import { MOVER_METRICS } from "./mover_metrics.ts";
import type { Direction, MovementPage, MovementQuery } from "./movements.ts";

const MOVED: Record<Direction, string> = { up: "now > past", down: "now < past", both: "now <> past" };

interface Sums {
  total_values: number;
  total_moved: number;
  total_now: number;
  total_past: number;
}
type Row = Sums & InsightProduct & { place: number | null; now: number; past: number; present_now: number; present_past: number };

/** Products with any event in either range by how far a figure moved, several references to one product added up. */
export function readProductMovements(db: Database, { range, before }: Comparison, query: MovementQuery): MovementPage {
  const columns: readonly string[] = MOVER_METRICS.product;
  if (!columns.includes(query.metric)) throw new Error(`Products have no ${query.metric}`);
  const rows = db.all<Row>(
    `WITH sides AS MATERIALIZED (
       SELECT ref, SUM(${query.metric}) AS now, 0 AS past, 1 AS present_now, 0 AS present_past FROM rollup_products WHERE day >= ?1 AND day <= ?2 GROUP BY ref
       UNION ALL
       SELECT ref, 0, SUM(${query.metric}), 0, 1 FROM rollup_products WHERE day >= ?3 AND day <= ?4 GROUP BY ref
     ), by_product AS MATERIALIZED (
       SELECT MIN(reference.ref) AS ref, SUM(now) AS now, SUM(past) AS past, MAX(present_now) AS present_now, MAX(present_past) AS present_past
       FROM sides CROSS JOIN product_refs AS reference ON reference.ref = sides.ref GROUP BY ${productKey("reference")}
     ), totals AS MATERIALIZED (
       SELECT COUNT(*) AS total_values, ifnull(SUM(${MOVED[query.direction]}), 0) AS total_moved, ifnull(SUM(now), 0) AS total_now,
         ifnull(SUM(past), 0) AS total_past FROM by_product
     ), page AS MATERIALIZED (
       SELECT *, ROW_NUMBER() OVER (ORDER BY abs(now - past) DESC, ref) AS place
       FROM by_product WHERE ${MOVED[query.direction]} ORDER BY place LIMIT ${Math.trunc(query.limit)} OFFSET ${Math.trunc(query.offset)}
     )
     SELECT totals.*, page.place, now, past, present_now, present_past, ${productColumns("product", "reference")}
     FROM totals LEFT JOIN page ON 1 LEFT JOIN product_refs AS reference ON reference.ref = page.ref LEFT JOIN products AS product ON product.id = reference.product_id
     ORDER BY page.place`,
    range.from_day,
    range.to_day,
    before.from_day,
    before.to_day,
  );
  const [first] = rows;
  return {
    movements: rows.flatMap((row) => (row.place === null ? [] : [toMovement(row)])),
    total_moved: first?.total_moved ?? 0,
    total_values: first?.total_values ?? 0,
    now: first?.total_now ?? 0,
    past: first?.total_past ?? 0,
  };
}

function toMovement({ product_id, external_id, sku, title, now, past, present_now, present_past }: Row): MovementPage["movements"][number] {
  return {
    key: null,
    product: { product_id, external_id, sku, title },
    now,
    past: past,
    present: { now: present_now === 1, past: present_past === 1 },
  };
}
