import * as z from "zod";
import { getProduct } from "../../../domain/products/get.ts";
import { Product, ProductId } from "../../../domain/products/product.ts";
import { checkedInput } from "../schema/root_field.ts";
import { afterArgument, readAfter } from "./after.ts";
import type { DefineSubscription } from "./subscription.ts";

const TYPE = /^product\.(created|updated|deleted)$/;

const ProductChange = z
  .strictObject({
    type: z.enum(["created", "updated", "deleted"]).describe("What happened to it"),
    product_id: ProductId,
    product: Product.nullable().describe("The product as this change left it; null when it was deleted"),
  })
  .meta({ id: "ProductChange", description: "A change of a product" });

const Input = z.strictObject({ id: ProductId.optional().describe("Only this product") });

/** Each change of a product, or of one product. */
export const productChanged: DefineSubscription = ({ make, outputs }) => {
  const id = make.single("id", Input.shape.id, "");
  return {
    name: "productChanged",
    description: "Each product that is created, updated or deleted",
    made: [id, afterArgument(make)],
    type: outputs.type(ProductChange, "", ""),
    operation: getProduct,
    follow(args) {
      const wanted = checkedInput(Input, [id], args).id;
      return {
        kind: "events",
        scope: "products:read",
        after: readAfter(args),
        concerns: (type, subject) => TYPE.test(type) && (wanted === undefined || subject === wanted),
        values: (events) =>
          events.map((event) => {
            const [, type] = TYPE.exec(event.type)!;
            return { id: event.id, value: { type, product_id: event.subject, product: type === "deleted" ? null : event.data } };
          }),
      };
    },
  };
};
