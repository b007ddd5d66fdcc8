import * as z from "zod";
import { Money } from "../money.ts";
import { Timestamp } from "../time.ts";

export const ProductId = z
  .string()
  .regex(/^prd_[0-9a-z]{26}$/, "a product id (prd_…)")
  .describe("Product id")
  .meta({ examples: ["prd_01jd0000000000000000000000"] });

const text = (max: number, description: string) => z.string().trim().min(1).max(max).nullish().describe(description);
const HttpUrl = z.url({ protocol: /^https?$/, error: "an http(s) URL" }).max(2_000);

export const METADATA_MAX_BYTES = 8_192;

export const Metadata = z
  .record(z.string().max(100), z.json())
  .refine((value) => JSON.stringify(value).length <= METADATA_MAX_BYTES, `at most ${METADATA_MAX_BYTES} bytes of JSON`)
  .describe("Free JSON object, at most 8 KB");

/** What a client can set on a product. Null clears an optional field. */
export const ProductInput = z
  .strictObject({
    title: z.string().trim().min(1).max(300).describe("Name shown to people"),
    external_id: text(200, "Your own id for it, unique in the organization"),
    sku: text(200, "Stock keeping unit, unique in the organization"),
    description: text(10_000, "Long text"),
    brand: text(200, "Brand"),
    variant: text(200, "Variant, such as a colour or size"),
    category: text(300, "Category path, such as electronics.smartphone"),
    images: z.array(HttpUrl).max(20).optional().describe("Image URLs, at most 20"),
    url: HttpUrl.nullish().describe("The product's page"),
    price: Money.extend({ amount: z.int().min(0).max(1e12) })
      .nullish()
      .describe("Present price"),
    status: z.enum(["active", "archived"]).optional().describe("Archived products keep their history; default active"),
    metadata: Metadata.optional(),
  })
  .meta({ id: "ProductInput" });
export type ProductInput = z.output<typeof ProductInput>;

export const Product = z
  .strictObject({
    id: ProductId,
    external_id: z.string().nullable(),
    sku: z.string().nullable(),
    title: z.string(),
    description: z.string().nullable(),
    brand: z.string().nullable(),
    variant: z.string().nullable(),
    category: z.string().nullable(),
    images: z.array(z.string()),
    url: z.string().nullable(),
    price: Money.nullable(),
    status: z.enum(["active", "archived"]),
    metadata: z.record(z.string(), z.json()),
    created_at: Timestamp,
    updated_at: Timestamp,
    version: z.int().describe("Grows with every change; the ETag"),
  })
  .meta({ id: "Product" });
export type Product = z.infer<typeof Product>;
