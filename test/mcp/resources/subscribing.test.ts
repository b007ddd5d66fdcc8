import { beforeAll, describe, expect, it } from "vitest";
import { clientWith, createShop, type Shop } from "./support.ts";

let shop: Shop;
let session_id: string;
beforeAll(async () => {
  shop = await createShop();
  session_id = await shop.client.session();
});

describe("a session's subscriptions", () => {
  it("are taken and given back, for free", async () => {
    const uri = `crow://products/${shop.products.tshirt}`;
    for (const method of ["resources/subscribe", "resources/subscribe", "resources/unsubscribe", "resources/unsubscribe"])
      expect(await shop.client.result(method, { uri }, { session_id })).toEqual({});
  });

  it.each(["resources/subscribe", "resources/unsubscribe"])("%s knows only resources that there can be", async (method) => {
    expect(await shop.client.error(method, { uri: "crow://nothing" }, { session_id })).toMatchObject({ code: -32_602, data: { code: "NOT_FOUND" } });
    expect(await shop.client.error(method, { uri: "crow://products/1" }, { session_id })).toMatchObject({ code: -32_602 });
    expect(await shop.client.error(method, {}, { session_id })).toMatchObject({ code: -32_602 });
  });

  it("are refused by name of the scope to who may not read it", async () => {
    const narrow = await clientWith(shop.organization, ["exports:read"]);
    const own = await narrow.session();
    const error = await narrow.error("resources/subscribe", { uri: "crow://insights/latest" }, { session_id: own });
    expect(error).toMatchObject({ data: { code: "FORBIDDEN", details: { required_scope: "insights:read" } } });
    expect(await narrow.result("resources/subscribe", { uri: `crow://exports/${shop.export_id}` }, { session_id: own })).toEqual({});
  });

  it("are of what this part of the server has", async () => {
    const view = { readonly: true, toolsets: ["webhooks"] };
    const uri = `crow://products/${shop.products.tshirt}`;
    expect(await shop.client.error("resources/subscribe", { uri }, { session_id, view })).toMatchObject({ data: { code: "NOT_FOUND" } });
  });

  it("need a session", async () => {
    expect(await shop.client.error("resources/subscribe", { uri: "crow://organization" })).toMatchObject({ code: -32_600 });
  });
});
