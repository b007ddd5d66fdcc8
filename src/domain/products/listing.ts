import * as z from "zod";
import { defineListing, fromDate, oneOf, toDate } from "../listing.ts";
import { byWords } from "./search.ts";

/** Filters and sorts of products; each stands on an index of migrations 0002 and 0011. */
export const productListing = defineListing({
  name: "products",
  from: "products",
  key: "id",
  filters: {
    search: byWords,
    status: oneOf("status", z.enum(["active", "archived"]), "active or archived"),
    category: oneOf("category COLLATE NOCASE", z.string().min(1).max(300), "Whole category path, in any case"),
    brand: oneOf("brand COLLATE NOCASE", z.string().min(1).max(200), "Whole brand, in any case"),
    sku: oneOf("sku", z.string().min(1).max(200), "Exact SKU"),
    external_id: oneOf("external_id", z.string().min(1).max(200), "Your own id"),
    created_from: fromDate("created_at"),
    created_to: toDate("created_at"),
    updated_from: fromDate("updated_at"),
    updated_to: toDate("updated_at"),
  },
  sorts: { created_at: "created_at", updated_at: "updated_at", title: "title", price: "ifnull(price_amount, -1)" },
  default_sort: "-created_at",
});
