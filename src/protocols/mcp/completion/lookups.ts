import { listExports } from "../../../domain/exports/list.ts";
import { listInteractions } from "../../../domain/interactions/list.ts";
import { listProducts } from "../../../domain/products/list.ts";
import { productListing } from "../../../domain/products/listing.ts";
import { run } from "../resources/run.ts";
import { beginningWith, type Completer } from "./completer.ts";

/** Rows looked at. No index finds the beginning of an id: of those, the newest are known. */
const ROWS = 100;

/** Product ids: by words of title, brand, SKU and the like among all, by the beginning of the id among the newest. */
export const productId: Completer = {
  scopes: ["products:read"],
  operations: [listProducts.name],
  suggest(host, typed) {
    const by_id = typed.trim() === "" || typed.startsWith("prd_");
    const filter = by_id ? {} : { search: typed };
    if (!productListing.filter.safeParse(filter).success) return { values: [], has_more: false };
    const { data, next_cursor } = run(host, listProducts, { filter, limit: ROWS });
    const ids = data.map(({ id }) => id);
    return { values: by_id ? ids.filter((id) => id.startsWith(typed.trim())) : ids, has_more: next_cursor !== null };
  },
};

/** Categories that the newest products have. */
export const category: Completer = {
  scopes: ["products:read"],
  operations: [listProducts.name],
  suggest(host, typed) {
    const { data, next_cursor } = run(host, listProducts, { limit: ROWS });
    const categories = new Set(data.flatMap((product) => product.category ?? []));
    return { values: beginningWith(typed, [...categories].toSorted()), has_more: next_cursor !== null };
  },
};

/** Export ids, the latest first. */
export const exportId: Completer = {
  scopes: ["exports:read"],
  operations: [listExports.name],
  suggest(host, typed) {
    const { data, next_cursor } = run(host, listExports, { limit: ROWS });
    return { values: data.map(({ id }) => id).filter((id) => id.startsWith(typed)), has_more: next_cursor !== null };
  },
};

/** Interaction ids, the latest received first. */
export const interactionId: Completer = {
  scopes: ["interactions:read"],
  operations: [listInteractions.name],
  suggest(host, typed) {
    const { data, next_cursor } = run(host, listInteractions, { sort: "-received_at", limit: ROWS });
    return { values: data.map(({ id }) => id).filter((id) => id.startsWith(typed)), has_more: next_cursor !== null };
  },
};
