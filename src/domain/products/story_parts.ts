import * as z from "zod";
import type { Companion as CompanionFigures } from "../insights/figures/companions.ts";
import { TROUBLE_TYPES } from "../insights/figures/trouble.ts";
import { InsightProduct, toInsightProduct } from "../insights/product.ts";
import { Ratio, ratio } from "../insights/ratio.ts";
import { unusualDayShape } from "../insights/unusual_day.ts";
import { Interaction, InteractionId } from "../interactions/interaction.ts";
import { Product, ProductId } from "./product.ts";

const { external_id, sku, title, brand, variant, category, price, status } = Product.shape;

/** The product, without its long texts. */
export const StoryProduct = z
  .strictObject({
    product_id: ProductId,
    external_id,
    sku,
    title,
    catalog: z
      .strictObject({ brand, variant, category, price, status })
      .meta({ id: "StoryProductCatalog" })
      .optional()
      .describe("More of what the catalogue says; left out for a credential without products:read"),
  })
  .meta({ id: "StoryProduct" });

export function toStoryProduct(product: Product, with_catalog: boolean): z.output<typeof StoryProduct> {
  const named = { product_id: product.id, external_id: product.external_id, sku: product.sku, title: product.title };
  if (!with_catalog) return named;
  return {
    ...named,
    catalog: { brand: product.brand, variant: product.variant, category: product.category, price: product.price, status: product.status },
  };
}

export const Companion = z
  .strictObject({
    product: InsightProduct,
    sessions: z.int().describe("Sessions that touched both"),
    sessions_other: z.int().describe("Sessions that touched the other one"),
    confidence: Ratio.describe("Share of this product's sessions that also touched the other one"),
    lift: Ratio.describe("How many times more often they meet than if they had nothing to do with each other; above 1 they attract"),
  })
  .meta({ id: "ProductCompanion" });
export type Companion = z.output<typeof Companion>;

/** `own`: sessions that touched the product, `all`: sessions of the range. */
export function toCompanion(companion: CompanionFigures, own: number, all: number): Companion {
  const { sessions, sessions_other } = companion;
  return {
    product: toInsightProduct(companion),
    sessions,
    sessions_other,
    confidence: ratio(sessions, own),
    lift: ratio(sessions * all, own * sessions_other),
  };
}

export const ProductTrouble = z
  .strictObject({ type: z.enum(TROUBLE_TYPES), occurrences: z.int(), previous: z.int().describe("In the days compared with") })
  .meta({ id: "ProductTrouble" });

export const UnusualProductDay = z.strictObject(unusualDayShape).meta({ id: "UnusualProductDay" });

const { type, source_type, occurred_at, value } = Interaction.shape;

/** An interaction without what may be long; the rest is found by its id. */
export const StoryInteraction = z.strictObject({ id: InteractionId, type, source_type, occurred_at, value }).meta({ id: "StoryInteraction" });

export function toStoryInteraction(interaction: Interaction): z.output<typeof StoryInteraction> {
  return {
    id: interaction.id,
    type: interaction.type,
    source_type: interaction.source_type,
    occurred_at: interaction.occurred_at,
    value: interaction.value,
  };
}
