import { productStory } from "../../../../domain/products/story.ts";
import { lastThirtyDays } from "../../../../domain/insights/calendar.ts";
import { storyReport } from "../../../reports/story.ts";
import type { McpResource } from "../resource.ts";
import { run } from "../run.ts";

export const productStoryResource: McpResource = {
  uri: "crow://products/{product_id}/story",
  name: "product_story",
  title: "A product's story",
  description:
    "How a product did in the last thirty days and why, in Markdown: what a person would say first, its figures beside the thirty days before, rank, way from view to purchase, course, what it is bought with, unusual days.",
  mimeType: "text/markdown",
  scopes: ["insights:read"],
  operations: [productStory.name],
  topic: () => "interactions",
  more: "Call products_story with other days.",
  read: ({ host }, { product_id }) => storyReport(run(host, productStory, { product_id: product_id!, ...lastThirtyDays(host) })),
};
