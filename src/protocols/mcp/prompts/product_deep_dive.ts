import { ProductId } from "../../../domain/products/product.ts";
import { productId } from "../completion/lookups.ts";
import { definePrompt } from "./define.ts";
import { CARE, form, say, setting, steps, tools } from "./wording.ts";

export const productDeepDivePrompt = definePrompt({
  name: "product_deep_dive",
  title: "A product in depth",
  description: "How one product does, why, and what to do about it: price, page, stock, promotion or nothing.",
  arguments: [
    {
      name: "product_id",
      title: "Product",
      description: "Its id (prd_…); a SKU or the beginning of the title is completed to it",
      required: true,
      schema: ProductId,
      expected: "a product id (prd_…)",
      completer: productId,
    },
  ],
  embeds: ["crow://products/{product_id}", "crow://products/{product_id}/story"],
  messages(context, { product_id }) {
    return [
      say(
        setting(context),
        `Say how the product ${product_id} does, why, and what should be done about it. The documents that follow are the product as the catalog has it, and its story: what customers did with it lately.`,
      ),
      context.embed(`crow://products/${product_id}`),
      context.embed(`crow://products/${product_id}/story`),
      say(
        steps(
          "Say what kind of product it is by its figures: seen or not, put into carts or not, bought or not, against what the organization's other products do.",
          "Find its weakest link. Few views: it is not found. Views without carts: page, price or stock. Carts without orders: checkout, delivery, or people who compare.",
          "Look when it changed, and whether other products changed in the same days: then it is not the product.",
          "Look at what it is seen and bought together with: a substitute takes from it, a complement brings.",
          "Check the catalog's entry: price in the right currency, category, pictures, keys that events name it by.",
        ),
        tools(
          context,
          ["products.story", "other days of it"],
          ["insights.products", "all products beside it, by views, carts or conversion"],
          ["insights.product_affinity", "what it is seen and bought together with"],
          ["insights.movers", "whether other products moved in the same days"],
          ["interactions.list", "interactions about it (filter product_id), reviews and mentions among them"],
        ),
        CARE,
        form(
          "One sentence that says how it does, with the figure",
          "A table: views, carts, orders, units, revenue and the two rates, now and before",
          "**Why**, with the weakest link and its figure",
          "**What to do**: one to three things, and what each should change",
        ),
      ),
    ];
  },
});
