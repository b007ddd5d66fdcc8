import { beforeAll, describe, expect, it } from "vitest";
import { createOrganization, send, type ErrorBody } from "../support/api.ts";

let key: string;
beforeAll(async () => {
  key = (await createOrganization()).api_key;
});

const shirt = { name: "T-shirt", sku: "TS-M", external_id: "1001", price: "19.99", currency: "EUR" };

describe("products in v1", () => {
  it("take name and a decimal price and answer both, with title beside name", async () => {
    const created = await send("POST", "/api/v1/products", { key, body: shirt });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({ ...shirt, title: "T-shirt", status: "active", version: 1 });
    expect(created.headers.get("ETag")).toBe('"1"');
    const read = await send("GET", `/v1/products/${String(created.body.id)}`, { key });
    expect(read.body).toEqual(created.body);
  });

  it("keep money exact where a float would not", async () => {
    const created = await send("POST", "/api/v1/products", { key, body: { name: "Exact", price: "1234567.29", currency: "USD" } });
    expect(created.body.price).toBe("1234567.29");
    const yen = await send("POST", "/api/v1/products", { key, body: { name: "Yen", price: "500", currency: "JPY" } });
    expect(yen.body.price).toBe("500");
  });

  it.each([
    [{ name: "X", price: "abc", currency: "EUR" }, "price", 'a decimal string such as "19.99"'],
    [{ name: "X", price: "1.005", currency: "EUR" }, "price", 'a decimal string such as "19.99"'],
    [{ name: "X", price: "1.00" }, "currency", "an ISO 4217 code such as EUR beside the amount"],
    [{ name: "X", colour: "red" }, "colour", "a known field"],
    [{ name: "X", status: "gone" }, "status", "one of: active, archived"],
    [{ sku: "no-title" }, "title", "string (required)"],
  ])("refuse %j and name the field as it was sent", async (body, field, expected) => {
    const reply = await send<ErrorBody>("POST", "/api/v1/products", { key, body });
    expect(reply.status).toBe(400);
    expect(reply.body.error).toMatchObject({ code: "VALIDATION_ERROR", details: { field, expected } });
  });

  it("refuse a second product with the same SKU and leave nothing behind", async () => {
    const { api_key } = await createOrganization();
    await send("POST", "/api/v1/products", { key: api_key, body: shirt });
    const second = await send<ErrorBody>("POST", "/api/v1/products", { key: api_key, body: { ...shirt, external_id: "other" } });
    expect(second.status).toBe(409);
    const list = await send<{ data: unknown[] }>("GET", "/api/v1/products", { key: api_key });
    expect(list.body.data).toHaveLength(1);
  });

  it("are found by external id and by SKU", async () => {
    const { api_key } = await createOrganization();
    const created = await send("POST", "/api/v1/products", { key: api_key, body: shirt });
    for (const query of ["sku=TS-M", "external_id=1001"]) {
      expect((await send("GET", `/api/v1/products/lookup?${query}`, { key: api_key })).body.id).toBe(created.body.id);
    }
    expect((await send("GET", "/api/v1/products/lookup?sku=none", { key: api_key })).status).toBe(404);
  });

  it("upsert in a batch: found ones change, others are created, a bad one refuses all and is named", async () => {
    const { api_key } = await createOrganization();
    const first = await send("POST", "/api/v1/products/batch", {
      key: api_key,
      body: { products: [shirt, { ...shirt, sku: "TS-L", external_id: "1002" }] },
    });
    expect(first.body).toMatchObject({ created: 2, updated: 0 });
    const second = await send("POST", "/api/v1/products/batch", { key: api_key, body: { products: [{ ...shirt, price: "9.99" }] } });
    expect(second.body).toMatchObject({ created: 0, updated: 1 });
    const bad = await send<ErrorBody>("POST", "/api/v1/products/batch", {
      key: api_key,
      body: { products: [{ ...shirt, price: "1.99" }, { name: "no key" }] },
    });
    expect(bad.status).toBe(400);
    expect(bad.body.error.details.field).toBe("products.1.external_id");
    expect((await send("GET", "/api/v1/products/lookup?sku=TS-M", { key: api_key })).body.price).toBe("9.99");
  });
});

describe("products in v2", () => {
  it("carry money as minor units and need If-Match on a change", async () => {
    const created = await send("POST", "/api/v2/products", { key, body: { title: "Mug", price: { amount: 799, currency: "EUR" } } });
    expect(created.body).toMatchObject({ title: "Mug", price: { amount: 799, currency: "EUR" } });
    expect(created.body).not.toHaveProperty("name");
    const path = `/api/v2/products/${String(created.body.id)}`;
    const blind = await send<ErrorBody>("PATCH", path, { key, body: { title: "Cup" } });
    expect(blind.status).toBe(428);
    const changed = await send("PATCH", path, { key, body: { title: "Cup" }, headers: { "If-Match": created.headers.get("ETag")! } });
    expect(changed.body).toMatchObject({ title: "Cup", version: 2 });
    const stale = await send<ErrorBody>("DELETE", path, { key, headers: { "If-Match": created.headers.get("ETag")! } });
    expect(stale.status).toBe(412);
    expect((await send("DELETE", path, { key, headers: { "If-Match": '"2"' } })).body).toMatchObject({ deleted: true });
    expect((await send("GET", path, { key })).status).toBe(404);
  });

  it("answer 304 to a read of the version the client has", async () => {
    const created = await send("POST", "/api/v2/products", { key, body: { title: "Cached" } });
    const read = await send("GET", `/api/v2/products/${String(created.body.id)}`, {
      key,
      headers: { "If-None-Match": created.headers.get("ETag")! },
    });
    expect(read.status).toBe(304);
    expect(read.body).toBe("");
  });
});

describe("lists", () => {
  it("page through everything once, in each sort, with rows added between pages", async () => {
    const { api_key } = await createOrganization();
    const products = Array.from({ length: 25 }, (_, index) => ({
      name: `P${index % 5}`,
      external_id: String(index),
      price: `${index % 3}.00`,
      currency: "EUR",
    }));
    await send("POST", "/api/v1/products/batch", { key: api_key, body: { products } });
    for (const sort of ["title", "-price,title", "created_at", "-updated_at,-title"]) {
      const seen: string[] = [];
      let cursor: string | null = "";
      let added = false;
      while (cursor !== null) {
        const reply: { body: { data: { external_id: string }[]; next_cursor: string | null } } = await send(
          "GET",
          `/api/v1/products?limit=7&sort=${sort}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`,
          { key: api_key },
        );
        seen.push(...reply.body.data.map(({ external_id }) => external_id));
        cursor = reply.body.next_cursor;
        if (!added) await send("POST", "/api/v1/products", { key: api_key, body: { name: "AAA", external_id: `new-${sort}` } });
        added = true;
      }
      const original = seen.filter((id) => !id.startsWith("new"));
      expect(original.toSorted()).toEqual(products.map(({ external_id }) => external_id).toSorted());
      expect(new Set(seen).size).toBe(seen.length);
    }
  });

  it("refuse a cursor of another filter, a forged cursor, unknown parameters, sorts and fields, by name", async () => {
    const { api_key } = await createOrganization();
    await send("POST", "/api/v1/products/batch", {
      key: api_key,
      body: {
        products: [
          { name: "A", sku: "1" },
          { name: "B", sku: "2" },
        ],
      },
    });
    const page = await send<{ next_cursor: string }>("GET", "/api/v1/products?limit=1", { key: api_key });
    const cursor = encodeURIComponent(page.body.next_cursor);
    const cases: [string, string][] = [
      [`/api/v1/products?limit=1&status=archived&cursor=${cursor}`, "cursor"],
      [`/api/v1/products?limit=1&cursor=x${cursor}`, "cursor"],
      ["/api/v1/products?colour=red", "colour"],
      ["/api/v1/products?sort=description", "sort"],
      ["/api/v1/products?fields=id,colour", "fields"],
      ["/api/v1/products?limit=101", "limit"],
      ["/api/v1/products?status=gone", "status"],
      ["/api/v1/products?created_from=yesterday", "created_from"],
    ];
    for (const [path, field] of cases) {
      const reply = await send<ErrorBody>("GET", path, { key: api_key });
      expect([path, reply.status, reply.body.error?.details.field]).toEqual([path, 400, field]);
    }
  });

  it("give only the fields that are asked for", async () => {
    const reply = await send<{ data: object[] }>("GET", "/api/v1/products?fields=id,name&limit=1", { key });
    expect(Object.keys(reply.body.data[0]!).toSorted()).toEqual(["id", "name"]);
  });

  it("carry a page object in v2", async () => {
    const reply = await send("GET", "/api/v2/products?limit=1", { key });
    expect(reply.body.page).toMatchObject({ has_more: true, next_cursor: expect.any(String) as string });
    expect(reply.body).not.toHaveProperty("next_cursor");
  });
});
