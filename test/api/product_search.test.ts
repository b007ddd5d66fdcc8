// From a product's name to its id, in every protocol.
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { SqliteDatabase } from "../../src/actors/core/sqlite.ts";
import type { OperationContext } from "../../src/domain/context.ts";
import { productListing } from "../../src/domain/products/listing.ts";
import { createOrganization, send, type ErrorBody, type TestOrganization } from "../support/api.ts";

const TITLES = [
  "Lenovo IdeaPad notebook 1480",
  "Notebook sleeve for Lenovo",
  "Lenovo tablet",
  "T-shirt & cap",
  "Crème brûlée torch",
  "ЧАЙНИК Bosch",
  'The "Great" mug',
];

interface Products {
  data: { id: string; title: string; version: number }[];
  page: { next_cursor: string | null };
}

let shop: TestOrganization;
beforeAll(async () => {
  shop = await createOrganization();
  const products = TITLES.map((title, index) => ({ title, external_id: String(index) }));
  await send("POST", "/api/v2/products/batch", { key: shop.api_key, body: { products } });
});

async function list(query: Record<string, string>, key = shop.api_key): Promise<Products> {
  const reply = await send<Products>("GET", `/api/v2/products?${new URLSearchParams(query)}`, { key });
  if (reply.status !== 200) throw new Error(JSON.stringify(reply.body));
  return reply.body;
}

async function titles(words: string, key?: string): Promise<string[]> {
  return (await list({ search: words, sort: "title" }, key)).data.map((product) => product.title);
}

describe("products by words", () => {
  it.each([
    ["any case, any order", "NOTEBOOK lenovo", [TITLES[0], TITLES[1]]],
    ["the beginnings of words", "leno note", [TITLES[0], TITLES[1]]],
    ["a number", "148", [TITLES[0]]],
    ["a word with a hyphen", "t-shirt", [TITLES[3]]],
    ["a part of such a word", "shirt", [TITLES[3]]],
    ["signs beside words", "cap & t-shirt", [TITLES[3]]],
    ["letters without their accents", "creme brulee", [TITLES[4]]],
    ["letters with accents", "BRÛLÉE", [TITLES[4]]],
    ["another alphabet in another case", "чайник", [TITLES[5]]],
    ["quotation marks", '"great" mug"', [TITLES[6]]],
    ["what the index's own language means something by", "lenovo OR mug", []],
    ["its operators", "lenovo NOT tablet*", []],
    ["a field of the index", "title:lenovo", []],
    ["what ends a text in C", "len\0ovo", []],
    ["the inside of a word", "novo", []],
  ])("are found by %s", async (_what, words, expected) => {
    expect(await titles(words)).toEqual(expected);
  });

  it.each(["", "   ", "&", '"""', "a b c d e f g h i"])("refuse %j, which has no words or too many", async (search) => {
    const reply = await send<ErrorBody>("GET", `/api/v2/products?${new URLSearchParams({ search })}`, { key: shop.api_key });
    expect(reply.status).toBe(400);
    expect(reply.body.error.details.field).toBe("search");
  });

  it("are found by words of other fields than the title, each word in any of them", async () => {
    const { api_key: key } = await createOrganization();
    const product = { title: "IdeaPad 3", brand: "Lenovo", variant: "Grey", category: "computers.notebook", sku: "LN-77/B", external_id: "X9001" };
    await send("POST", "/api/v2/products", { key, body: product });
    await send("POST", "/api/v2/products", { key, body: { title: "Sleeve", description: "For a Lenovo notebook" } });
    for (const words of ["lenovo notebook", "grey ideapad", "computers", "ln-77/b", "LN-7", "x9001", "lenovo 3 x9"])
      expect(await titles(words, key), words).toEqual(["IdeaPad 3"]);
  });

  it("are found under the title they have now, and no more when they are gone or never were", async () => {
    const { api_key: key } = await createOrganization();
    const { body } = await send<{ id: string }>("POST", "/api/v1/products", { key, body: { name: "Kettle" } });
    await send("PATCH", `/api/v1/products/${body.id}`, { key, body: { name: "Teapot" } });
    await send("PATCH", `/api/v1/products/${body.id}`, { key, body: { brand: "Bosch" } });
    expect([await titles("kettle", key), await titles("teapot", key)]).toEqual([[], ["Teapot"]]);
    const refused = await send("POST", "/api/v2/products/batch", { key, body: { products: [{ title: "Samovar", sku: "S" }, { title: "No key" }] } });
    expect(refused.status).toBe(400);
    expect(await titles("samovar", key)).toEqual([]);
    await send("DELETE", `/api/v1/products/${body.id}`, { key });
    expect(await titles("teapot", key)).toEqual([]);
  });

  it("come in pages, with other conditions and any sort", async () => {
    const first = await list({ search: "lenovo", sort: "-title", limit: "2" });
    expect(first.data.map(({ title }) => title)).toEqual([TITLES[1], TITLES[2]]);
    const second = await list({ search: "lenovo", sort: "-title", limit: "2", cursor: first.page.next_cursor! });
    expect(second.data.map(({ title }) => title)).toEqual([TITLES[0]]);
    expect(second.page.next_cursor).toBeNull();
    expect((await list({ search: "lenovo", external_id: "2" })).data).toHaveLength(1);
    expect((await list({ search: "lenovo", status: "archived" })).data).toEqual([]);
  });

  it("are counted and found by GraphQL, and can be exported", async () => {
    const { body } = await send<{ data: { productsConnection: unknown } }>("POST", "/graphql", {
      key: shop.api_key,
      body: { query: '{ productsConnection(filter: {search: "notebook"}, first: 1) { totalCount nodes { title } } }' },
    });
    expect(body.data.productsConnection).toEqual({ totalCount: 2, nodes: [{ title: TITLES[1] }] });
    const started = await send("POST", "/api/v2/exports", {
      key: shop.api_key,
      body: { resource: "products", format: "csv", filter: { search: "notebook" } },
    });
    expect(started.status).toBe(201);
  });

  it("were there before the words were indexed as after", async () => {
    await runInDurableObject(env.ORGANIZATIONS.getByName(shop.id), (_actor, state) => {
      state.storage.sql.exec("INSERT INTO product_words (product_words) VALUES ('rebuild')");
      state.storage.sql.exec("INSERT INTO product_words (product_words, rank) VALUES ('integrity-check', 1)");
    });
    expect(await titles("lenovo")).toHaveLength(3);
  });
});

describe("brand and category", () => {
  it("are asked for as people write them", async () => {
    const { api_key: key } = await createOrganization();
    const products = [
      { title: "A", sku: "A", brand: "lenovo", category: "computers.notebook" },
      { title: "B", sku: "B", brand: "Lenovo", category: "Computers.Notebook" },
      { title: "C", sku: "C", brand: "len", category: "computers" },
    ];
    await send("POST", "/api/v2/products/batch", { key, body: { products } });
    for (const query of [{ brand: "LENOVO" }, { category: "COMPUTERS.notebook" }, { brand: "Acer,leNovo" }] as Record<string, string>[])
      expect(
        (await list({ ...query, sort: "title" }, key)).data.map(({ title }) => title),
        JSON.stringify(query),
      ).toEqual(["A", "B"]);
  });
});

it("each of these filters is answered from an index, a page from the index of its sort", async () => {
  await runInDurableObject(env.ORGANIZATIONS.getByName(shop.id), (_actor, state) => {
    const db = new SqliteDatabase(state.storage.sql);
    const plan = (filter: Record<string, string>): string[] => {
      const { sql, params } = productListing.where(filter, {} as OperationContext);
      const page = `SELECT products.* FROM products WHERE ${sql} ORDER BY created_at DESC, id DESC LIMIT 51`;
      return db.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${page}`, ...params).map(({ detail }) => detail);
    };
    expect(plan({ search: "lenovo" })).toEqual(
      expect.arrayContaining([
        "SCAN products USING INDEX products_by_created_at",
        expect.stringMatching(/^SCAN product_words VIRTUAL TABLE INDEX \d+:M/),
      ]),
    );
    expect(plan({ search: "lenovo" }).join()).not.toContain("ORDER BY");
    for (const name of ["brand", "category"])
      expect(plan({ [name]: "lenovo" })[0]).toBe(`SEARCH products USING INDEX products_by_${name} (${name}=?)`);
  });
});
