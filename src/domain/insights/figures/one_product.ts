import type { Database } from "../../database.ts";
import { productKey } from "../product.ts";
import type { DayRange } from "../range.ts";

/** What happened with a product; revenue in minor units of the organization's currency. */
export interface ProductSums {
  views: number;
  carts: number;
  purchases: number;
  quantity: number;
  revenue: number;
}

export function noSums(): ProductSums {
  return { views: 0, carts: 0, purchases: 0, quantity: 0, revenue: 0 };
}

/** A product of the catalogue by day, its references added up; days without an event are missing. */
export function readProductDays(db: Database, product_id: string, range: DayRange): Map<number, ProductSums> {
  const rows = db.all<ProductSums & { day: number }>(
    `SELECT day, SUM(views) AS views, SUM(carts) AS carts, SUM(purchases) AS purchases, SUM(quantity) AS quantity, SUM(revenue) AS revenue
     FROM product_refs AS named CROSS JOIN rollup_products ON rollup_products.ref = named.ref AND day >= ?2 AND day <= ?3
     WHERE named.product_id = ?1 GROUP BY day`,
    product_id,
    range.from_day,
    range.to_day,
  );
  return new Map(rows.map(({ day, ...sums }) => [day, sums]));
}

/** These days of it together. */
export function sumDays(days: ReadonlyMap<number, ProductSums>, range: DayRange): ProductSums {
  const total = noSums();
  for (const [day, sums] of days) {
    if (day < range.from_day || day > range.to_day) continue;
    for (const name of Object.keys(total) as (keyof ProductSums)[]) total[name] += sums[name];
  }
  return total;
}

/** The first and the last day that it was viewed, put into a cart or bought; null when it never was. */
export function readLifetime(db: Database, product_id: string): { first_day: number; last_day: number } | null {
  const found = db.one<{ first_day: number | null; last_day: number | null }>(
    `SELECT MIN((SELECT MIN(day) FROM rollup_products WHERE rollup_products.ref = named.ref)) AS first_day,
       MAX((SELECT MAX(day) FROM rollup_products WHERE rollup_products.ref = named.ref)) AS last_day
     FROM product_refs AS named WHERE named.product_id = ?`,
    product_id,
  );
  return found?.first_day == null || found.last_day === null ? null : { first_day: found.first_day, last_day: found.last_day };
}

/** How many products of a range had any event, and how many had more of it than this one. */
export interface ProductStanding {
  products: number;
  better_by_revenue: number;
  better_by_views: number;
}

export function readStanding(db: Database, range: DayRange, { revenue, views }: Pick<ProductSums, "revenue" | "views">): ProductStanding {
  return db.one<ProductStanding>(
    `WITH by_ref AS MATERIALIZED (
       SELECT ref, SUM(views) AS views, SUM(revenue) AS revenue FROM rollup_products WHERE day >= ?1 AND day <= ?2 GROUP BY ref
     ), by_product AS MATERIALIZED (
       SELECT SUM(views) AS views, SUM(revenue) AS revenue
       FROM by_ref CROSS JOIN product_refs AS reference ON reference.ref = by_ref.ref GROUP BY ${productKey("reference")}
     )
     SELECT COUNT(*) AS products, ifnull(SUM(revenue > ?3), 0) AS better_by_revenue, ifnull(SUM(views > ?4), 0) AS better_by_views FROM by_product`,
    range.from_day,
    range.to_day,
    revenue,
    views,
  )!;
}
