import type { Database } from "../../database.ts";
import { productColumns, productKey, type InsightProduct } from "../product.ts";
import type { DayRange } from "../range.ts";

/** One product's events in a range; revenue in minor units of the organization's currency. */
export interface ProductFigures extends InsightProduct {
  /** One of the references that name it. */
  ref: number;
  views: number;
  carts: number;
  purchases: number;
  quantity: number;
  revenue: number;
}

const ORDERS = {
  revenue: "revenue DESC, purchases DESC, views DESC",
  views: "views DESC",
  carts: "carts DESC, views DESC",
  purchases: "purchases DESC, revenue DESC, views DESC",
  quantity: "quantity DESC, revenue DESC",
  cart_to_view: "CAST(carts AS REAL) / nullif(views, 0) DESC NULLS LAST, carts DESC, views DESC",
  purchase_to_view: "CAST(purchases AS REAL) / nullif(views, 0) DESC NULLS LAST, purchases DESC, views DESC",
} as const;

export type ProductOrder = keyof typeof ORDERS;
export const PRODUCT_ORDERS = Object.keys(ORDERS) as [ProductOrder, ...ProductOrder[]];

export interface ProductQuery {
  order: ProductOrder;
  limit: number;
  /** Only products that were viewed at least this often and never bought in the range. */
  viewed_not_bought_from?: number;
}

export interface ProductPage {
  products: ProductFigures[];
  /** All that match, not only those listed. */
  total_products: number;
  total_views: number;
  total_revenue: number;
}

/** Products with any event in the range, several references to one product added up, ordered and cut to `limit`. */
export function readProducts(db: Database, range: DayRange, query: ProductQuery): ProductPage {
  return readProductPages(db, range, [query])[0] ?? toPage([]);
}

/** The figures of these products of the catalog; who had no event in the range is missing. */
export function readFiguresOf(
  db: Database,
  range: DayRange,
  product_ids: readonly string[],
): Map<string, Omit<ProductFigures, "ref" | keyof InsightProduct>> {
  const rows = db.all<{ id: string } & Omit<ProductFigures, "ref" | keyof InsightProduct>>(
    `SELECT ids.value AS id, SUM(views) AS views, SUM(carts) AS carts, SUM(purchases) AS purchases, SUM(quantity) AS quantity, SUM(revenue) AS revenue
     FROM (SELECT DISTINCT value FROM json_each(?)) AS ids CROSS JOIN product_refs ON product_refs.product_id = ids.value
     CROSS JOIN rollup_products ON rollup_products.ref = product_refs.ref AND day >= ? AND day <= ? GROUP BY ids.value`,
    JSON.stringify(product_ids),
    range.from_day,
    range.to_day,
  );
  return new Map(rows.map(({ id, ...figures }) => [id, figures]));
}

type PageRow = ProductFigures & { page: number; total_products: number; total_views: number; total_revenue: number };

/** Up to five such pages from one pass over the range, each like `readProducts`. */
export function readProductPages(db: Database, range: DayRange, queries: readonly ProductQuery[]): ProductPage[] {
  const picks = queries.map(({ order, limit, viewed_not_bought_from }, page) => {
    const filter = viewed_not_bought_from === undefined ? "" : `WHERE purchases = 0 AND views >= ${Math.trunc(viewed_not_bought_from)}`;
    return `SELECT * FROM (
      SELECT *, ${page} AS page, ROW_NUMBER() OVER (ORDER BY ${ORDERS[order]}, ref) AS place, COUNT(*) OVER () AS total_products,
        SUM(views) OVER () AS total_views, SUM(revenue) OVER () AS total_revenue
      FROM by_product ${filter} ORDER BY place LIMIT ${Math.trunc(limit)})`;
  });
  const rows = db.all<PageRow>(
    `WITH by_ref AS MATERIALIZED (
       SELECT ref, SUM(views) AS views, SUM(carts) AS carts, SUM(purchases) AS purchases, SUM(quantity) AS quantity, SUM(revenue) AS revenue
       FROM rollup_products WHERE day >= ? AND day <= ? GROUP BY ref
     ), by_product AS MATERIALIZED (
       SELECT MIN(reference.ref) AS ref, SUM(views) AS views, SUM(carts) AS carts, SUM(purchases) AS purchases,
         SUM(quantity) AS quantity, SUM(revenue) AS revenue
       FROM by_ref CROSS JOIN product_refs AS reference ON reference.ref = by_ref.ref GROUP BY ${productKey("reference")}
     ), best AS MATERIALIZED (${picks.join(" UNION ALL ")})
     SELECT best.ref, ${productColumns("product", "reference")}, views, carts, purchases, quantity, revenue,
       page, total_products, total_views, total_revenue
     FROM best CROSS JOIN product_refs AS reference ON reference.ref = best.ref LEFT JOIN products AS product ON product.id = reference.product_id
     ORDER BY page, place`,
    range.from_day,
    range.to_day,
  );
  return queries.map((_, page) => toPage(rows.filter((row) => row.page === page)));
}

function toPage(rows: PageRow[]): ProductPage {
  const [first] = rows;
  return {
    products: rows.map(({ page: _page, total_products: _products, total_views: _views, total_revenue: _revenue, ...product }) => product),
    total_products: first?.total_products ?? 0,
    total_views: first?.total_views ?? 0,
    total_revenue: first?.total_revenue ?? 0,
  };
}
