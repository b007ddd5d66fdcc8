import { beforeAll, describe, expect, it } from "vitest";
import { createShop, uriOf, type Shop } from "./support.ts";

let shop: Shop;
let other: Shop;
beforeAll(async () => {
  [shop, other] = await Promise.all([createShop(), createShop()]);
});

describe("what is not there", () => {
  const missing = [
    "crow://nothing",
    "crow://products",
    "crow://products/prd_01jd0000000000000000000000/more",
    "https://crow.example/organization",
    "file:///etc/passwd",
  ];

  it.each(missing)("%s is not found", async (uri) => {
    expect(await shop.client.error("resources/read", { uri })).toMatchObject({
      code: -32_602,
      message: "Resource not found",
      data: { code: "NOT_FOUND", uri },
    });
  });

  it.each([
    "crow://products/{product_id}",
    "crow://products/{product_id}/story",
    "crow://exports/{export_id}",
    "crow://interactions/{interaction_id}",
  ])("%s of another organization looks like one that never was", async (template) => {
    const foreign = uriOf(template, other);
    expect((await other.client.result("resources/read", { uri: foreign })).contents).toHaveLength(1);
    const never = foreign.replace(/[0-9a-hjkmnp-tv-z]{6}(?=$|\/story)/, "000000");
    const [seen, unseen] = [await shop.client.error("resources/read", { uri: foreign }), await shop.client.error("resources/read", { uri: never })];
    const neutral = (error: unknown, uri: string): string => JSON.stringify(error).replaceAll(uri, "URI");
    expect(neutral(seen, foreign)).toBe(neutral(unseen, never));
    expect(seen.data.code).toBe("NOT_FOUND");
  });
});

const MALFORMED: [title: string, uri: unknown, field: string][] = [
  ["no URI", undefined, "uri"],
  ["no text", { crow: 1 }, "uri"],
  ["too long", `crow://products/${"a".repeat(600)}`, "uri"],
  ["an empty segment", "crow://products//story", "uri"],
  ["a slash at the end", "crow://organization/", "uri"],
  ["a dot segment", "crow://products/../organization", "uri"],
  ["an encoded dot segment", "crow://products/%2e%2E", "uri"],
  ["a query", "crow://organization?a=1", "uri"],
  ["a fragment", "crow://organization#a", "uri"],
  ["a percent sign alone", "crow://products/%", "uri"],
  ["half an encoding", "crow://products/%4", "uri"],
  ["bytes that are no UTF-8", "crow://products/%ff%fe", "uri"],
  ["a space", "crow://products/a b", "uri"],
  ["a product id that is none", "crow://products/exp_01jd0000000000000000000000", "product_id"],
  ["a product id in capitals", "crow://products/PRD_01JD0000000000000000000000", "product_id"],
  ["a slash inside of a segment", "crow://products/prd_01jd%2F", "product_id"],
  ["an export id that is none", "crow://exports/1", "export_id"],
  ["an interaction id that is none", "crow://interactions/int_", "interaction_id"],
  ["a day that no month has", "crow://insights/2026-02-30/2026-03-01", "date_from"],
  ["a date of another form", "crow://insights/2026-02-01/1.3.2026", "date_to"],
  ["a range that is reversed", "crow://insights/2026-03-02/2026-03-01", "date_from"],
  ["a range that is reversed, of a report", "crow://insights/2026-03-02/2026-03-01/changes", "date_from"],
  ["a range beyond what is kept", "crow://insights/1970-01-01/2020-01-01", "date_from"],
  ["a year beyond all", "crow://insights/9999-01-01/9999-01-02/data", "date_from"],
];

describe("a malformed URI", () => {
  it.each(MALFORMED)("%s: names the field", async (_title, uri, field) => {
    expect(await shop.client.error("resources/read", { uri })).toMatchObject({
      code: -32_602,
      data: { code: "VALIDATION_ERROR", details: { field } },
    });
  });

  it("may be encoded where it need not be", async () => {
    expect(await shop.client.read("crow://%6Frganization")).toBe(await shop.client.read("crow://organization"));
  });
});
