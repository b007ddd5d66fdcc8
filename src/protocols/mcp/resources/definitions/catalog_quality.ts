import { productsInsight } from "../../../../domain/insights/products.ts";
import type { Product } from "../../../../domain/products/product.ts";
import { listProducts } from "../../../../domain/products/list.ts";
import { lastThirtyDays } from "../../../../domain/insights/calendar.ts";
import { catalogReport } from "../../../reports/catalog.ts";
import type { McpResource } from "../resource.ts";
import { run } from "../run.ts";

const PAGES = 3;
const PAGE = 100;

export const catalogQualityResource: McpResource = {
  uri: "crow://catalog/quality",
  name: "catalog_quality",
  title: "Quality of the catalog",
  description: `What is wrong with the catalog, in Markdown: fields that products lack, titles used twice, prices in another currency (of the ${PAGES * PAGE} products changed last), products that customers meet but the catalog does not have, and archived ones that still sell (last 30 days).`,
  mimeType: "text/markdown",
  scopes: ["products:read", "insights:read"],
  operations: [...Array.from({ length: PAGES }, () => listProducts.name), productsInsight.name],
  topic: () => "interactions",
  more: "Call products_list with a cursor for the whole catalog, or export it.",
  read({ host }) {
    const products: Product[] = [];
    let cursor: string | null = null;
    for (let page = 0; page < PAGES; page++) {
      const { data, next_cursor }: { data: Product[]; next_cursor: string | null } = run(host, listProducts, {
        sort: "-updated_at",
        limit: PAGE,
        ...(cursor === null ? {} : { cursor }),
      });
      products.push(...data);
      cursor = next_cursor;
      if (cursor === null) break;
    }
    const { date_from, date_to } = lastThirtyDays(host);
    return catalogReport({
      products,
      complete: cursor === null,
      currency: host.organization.currency,
      met: run(host, productsInsight, { date_from, date_to, sort: "views", limit: 500 }),
    });
  },
};
