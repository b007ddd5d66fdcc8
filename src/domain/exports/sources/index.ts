import type * as z from "zod";
import { interactionListing } from "../../interactions/listing.ts";
import { productListing } from "../../products/listing.ts";
import type { Source } from "../column.ts";
import type { ExportResource } from "../export.ts";
import { insightSource, InsightsFilter } from "./insights.ts";
import { interactionSource } from "./interactions.ts";
import { productSource } from "./products.ts";

type Resource = z.output<typeof ExportResource>;

/** What can be exported, with the filter it takes: the list's own. */
export const SOURCES: Record<Resource, { source: Source; filter: z.ZodObject }> = {
  interactions: { source: interactionSource, filter: interactionListing.filter },
  products: { source: productSource, filter: productListing.filter },
  insights: { source: insightSource, filter: InsightsFilter },
};
