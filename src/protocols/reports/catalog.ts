import type * as z from "zod";
import type { productsInsight } from "../../domain/insights/products.ts";
import type { Product } from "../../domain/products/product.ts";
import { count, join, money, plain, table } from "./markdown.ts";
import { productKey } from "./product_name.ts";

const ROWS_SHOWN = 25;
const EXAMPLES_SHOWN = 3;

interface CatalogFacts {
  /** Those changed last. */
  products: readonly Product[];
  /** Whether they are all there are. */
  complete: boolean;
  currency: string;
  /** Products that customers met in the last thirty days. */
  met: z.output<typeof productsInsight.output>;
}

/** What makes the catalog less useful than it could be. */
export function catalogReport({ products, complete, currency, met }: CatalogFacts): string {
  const shown = new Map(products.map((product) => [product.id, product]));
  const unknown = met.products.filter(({ product_id }) => product_id === null);
  const archived_sold = met.products.filter(
    ({ product_id, purchases }) => purchases > 0 && product_id !== null && shown.get(product_id)?.status === "archived",
  );
  return join(
    "# Quality of the catalog",
    complete ? `All ${products.length} products were checked.` : `The ${products.length} products changed last were checked; there are more.`,
    `## What products lack\n\n${table(["problem", "products", "for example"], problems(products, currency))}`,
    `## Titles used more than once\n\n${table(["title", "products"], repeatedTitles(products))}`,
    `## Met by customers, not in the catalog\n\n${table(
      ["named by", "views", "carts", "orders", "revenue"],
      unknown
        .slice(0, ROWS_SHOWN)
        .map((product) => [productKey(product), count(product.views), count(product.carts), count(product.purchases), money(product.item_revenue)]),
      `None of the ${met.products.length} products that were viewed most from ${met.range.date_from} to ${met.range.date_to}.`,
    )}`,
    `## Archived, and still sold\n\n${table(
      ["product", "id", "orders"],
      archived_sold.slice(0, ROWS_SHOWN).map((product) => [plain(product.title ?? ""), productKey(product), count(product.purchases)]),
    )}`,
  );
}

function problems(products: readonly Product[], currency: string): string[][] {
  const checks: [string, (product: Product) => boolean][] = [
    ["no price", ({ price }) => price === null],
    [`a price in another currency than ${currency}`, ({ price }) => price !== null && price.currency !== currency],
    ["no SKU and no external_id: events cannot name it by your own key", ({ sku, external_id }) => sku === null && external_id === null],
    ["no category", ({ category }) => category === null],
    ["no brand", ({ brand }) => brand === null],
    ["no description", ({ description }) => description === null],
    ["no image", ({ images }) => images.length === 0],
    ["no page", ({ url }) => url === null],
  ];
  return checks.flatMap(([label, holds]) => {
    const found = products.filter((product) => product.status === "active" && holds(product));
    if (found.length === 0) return [];
    const examples = found.slice(0, EXAMPLES_SHOWN).map(({ id, title }) => `${plain(title, 40)} (${id})`);
    return [[label, count(found.length), examples.join("; ")]];
  });
}

function repeatedTitles(products: readonly Product[]): string[][] {
  const titles = Map.groupBy(products, ({ title, variant }) => `${title.toLowerCase()}\n${variant?.toLowerCase() ?? ""}`);
  return [...titles.values()]
    .filter((same) => same.length > 1)
    .toSorted((a, b) => b.length - a.length)
    .slice(0, ROWS_SHOWN)
    .map((same) => [
      plain(same[0]!.title),
      same
        .slice(0, EXAMPLES_SHOWN)
        .map(({ id }) => id)
        .join("; ") + (same.length > EXAMPLES_SHOWN ? ` and ${same.length - EXAMPLES_SHOWN} more` : ""),
    ]);
}
