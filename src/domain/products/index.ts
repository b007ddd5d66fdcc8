import { batchUpsertProducts } from "./batch_upsert.ts";
import { createProduct } from "./create.ts";
import { deleteProductOperation } from "./delete.ts";
import { getProduct } from "./get.ts";
import { listProducts } from "./list.ts";
import { lookupProduct } from "./lookup.ts";
import { replaceProduct } from "./replace.ts";
import { productStory } from "./story.ts";
import { updateProductOperation } from "./update.ts";

export const operations = [
  listProducts,
  createProduct,
  lookupProduct,
  batchUpsertProducts,
  getProduct,
  updateProductOperation,
  replaceProduct,
  deleteProductOperation,
  productStory,
];
