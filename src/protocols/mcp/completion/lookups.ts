import type { McpHost } from "../../../domain/mcp/executor.ts";
import { listExports } from "../../../domain/exports/list.ts";
import { listInteractions } from "../../../domain/interactions/list.ts";
import { listProducts } from "../../../domain/products/list.ts";
import type { Product } from "../../../domain/products/product.ts";
import { run } from "../resources/run.ts";
import { beginningWith, type Completer } from "./completer.ts";

/** Rows looked at: the newest. No index finds the beginning of a title or of a key, so what is older is found by its whole key alone. */
const ROWS = 100;
const KEY_LENGTH_MAX = 200;

/** Product ids: by id, SKU, external id or a word of the title among the newest, by a whole SKU or external id among all. */
export const productId: Completer = {
  scopes: ["products:read"],
  operations: [listProducts.name],
  suggest(host, typed) {
    const { data, next_cursor } = run(host, listProducts, { limit: ROWS });
    const values = new Set([...byWholeKey(host, typed), ...data.filter((product) => matches(product, typed))].map(({ id }) => id));
    return { values: [...values], has_more: next_cursor !== null };
  },
};

function byWholeKey(host: McpHost, typed: string): Product[] {
  if (typed === "" || typed.length > KEY_LENGTH_MAX) return [];
  const found = (key: "sku" | "external_id"): Product[] => run(host, listProducts, { filter: { [key]: typed }, limit: 1 }).data;
  return [...found("sku"), ...found("external_id")];
}

function matches({ id, sku, external_id, title }: Product, typed: string): boolean {
  const wanted = typed.toLowerCase();
  if ([id, sku, external_id].some((key) => key?.toLowerCase().startsWith(wanted))) return true;
  const words = ` ${title.toLowerCase()}`;
  return words.includes(` ${wanted}`);
}

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
