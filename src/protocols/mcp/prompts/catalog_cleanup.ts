import * as z from "zod";
import { category } from "../completion/lookups.ts";
import { oneLine } from "../../reports/markdown.ts";
import { definePrompt } from "./define.ts";
import { CARE, form, say, setting, steps, tools } from "./wording.ts";

const CATEGORY_LENGTH_MAX = 300;

export const catalogCleanupPrompt = definePrompt({
  name: "catalog_cleanup",
  title: "Catalog clean-up",
  description: "Finds what is wrong with the product catalog, sorts it by what it costs, and prepares the corrections for the person to agree to.",
  arguments: [
    {
      name: "category",
      title: "Category",
      description: "Only products of this category; left out: the whole catalog",
      schema: z.string().trim().min(1).max(CATEGORY_LENGTH_MAX),
      expected: `a category of at most ${CATEGORY_LENGTH_MAX} characters`,
      completer: category,
    },
  ],
  embeds: ["crow://catalog/quality"],
  messages(context, given) {
    const only =
      given.category === undefined ? "" : ` Keep to the category "${oneLine(given.category, CATEGORY_LENGTH_MAX)}": list its products first.`;
    return [
      say(
        setting(context),
        `Put the product catalog in order.${only} What the catalog lacks makes figures fall apart: a product that events name by an unknown key has no title in any report, two products of one name split one product's figures, and a price in another currency is never added up. The document that follows is what the catalog looks like now.`,
      ),
      context.embed("crow://catalog/quality"),
      say(
        steps(
          "Begin with what customers meet and the catalog does not have: compare each unknown key with products that lack a SKU or external_id, or have a similar one. Say which you would create, and which is an existing product under another key.",
          "Then products of the same title: read both, and say whether they are one product (keep the one that events name, archive the other) or two that need a variant.",
          "Then missing prices, categories and pages, those of products with most views first.",
          "Archive rather than delete: a deleted product loses its title in past figures.",
          "Change nothing yet. Show the list of changes and wait until the person agrees; then send them in batches and report what was changed and what was refused.",
        ),
        tools(
          context,
          ["products.list", "more of the catalog, by category, brand or status"],
          ["products.lookup", "whether a SKU or external_id exists"],
          ["insights.products", "which products are seen and bought most"],
          ["products.update", "correct one product (send the version you read)"],
          ["products.batch_upsert", "correct or create many, found by external_id or SKU"],
        ),
        CARE,
        form(
          "One sentence on how good the catalog is, with figures",
          "A table of proposed changes: product, what is wrong, change, why it matters; the costliest first",
          "What you cannot decide, as questions to the person",
        ),
      ),
    ];
  },
});
