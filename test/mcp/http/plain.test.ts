// Plain requests of the stateless revision are answered without the library. What it would have answered is known from the same request with a name that has to be decoded first, which is left to it.
import { beforeAll, describe, expect, it } from "vitest";
import { createOrganization, send } from "../../support/api.ts";
import { MODERN, modern, modernHeaders, modernMessage, post, type RpcBody } from "./support.ts";

let key: string;
let product_id: string;
beforeAll(async () => {
  key = (await createOrganization({ tier: "professional" })).api_key;
  const made = await send<{ id: string }>("POST", "/api/v2/products", {
    key,
    body: { title: "Größe – „Mug“ \u2028 line", price: { amount: 799, currency: "USD" } },
  });
  product_id = made.body.id;
});

/** The result without what differs from one answer to the next. */
function comparable({ result }: RpcBody): unknown {
  const { _meta, ...rest } = result as { _meta?: Record<string, unknown> };
  const { "crow/request_id": _id, "crow/rate_limit": _limit, ...meta } = _meta ?? {};
  return JSON.parse(JSON.stringify({ ...rest, _meta: meta }).replaceAll(/Read at [^ ]+Z\./g, "Read."));
}

/** Mcp-Name as clients write a name that a header cannot carry (MCP 2026-07-28, basic/transports). */
const encoded = (name: string): string => `=?base64?${btoa(name)}?=`;

describe("a plain request", () => {
  it.each([
    ["tools/call", "products_get", () => ({ name: "products_get", arguments: { product_id } })],
    ["tools/call", "a tool that fails", () => ({ name: "products_get", arguments: { product_id: "prd_01jd0000000000000000000000" } })],
    ["resources/read", "a product", () => ({ uri: `crow://products/${product_id}` })],
    ["prompts/get", "weekly_report", () => ({ name: "weekly_report" })],
  ])("%s of %s gets what the library answers", async (method, _name, paramsOf) => {
    const params: Record<string, unknown> = paramsOf();
    const plain = await modern(method, params, { key });
    const by_library = await modern(method, params, { key, headers: { "Mcp-Name": encoded(String(params.name ?? params.uri)) } });
    expect(plain.status).toBe(200);
    expect(by_library.status).toBe(200);
    expect(comparable(plain.body)).toEqual(comparable(by_library.body));
    expect([plain.body.jsonrpc, plain.body.id]).toEqual(["2.0", 1]);
  });

  it("gets lists with how long they hold, and who answers", async () => {
    for (const method of ["tools/list", "resources/list", "resources/templates/list", "prompts/list"]) {
      const { result } = (await modern(method, {}, { key })).body;
      expect(result, method).toMatchObject({ resultType: "complete", ttlMs: expect.any(Number), cacheScope: expect.any(String) });
      expect(result!._meta, method).toMatchObject({ "io.modelcontextprotocol/serverInfo": { name: "crow" } });
    }
  });

  it.each([
    ["no Mcp-Method", { "MCP-Protocol-Version": MODERN }],
    ["another Mcp-Method", modernHeaders("tools/call", "products_get")],
    ["no MCP-Protocol-Version", { "Mcp-Method": "tools/list" }],
  ])("is refused with %s, as ever", async (_name, headers) => {
    const { status, body } = await post(modernMessage("tools/list"), { key, headers });
    expect([status, body.error?.code]).toEqual([400, -32_020]);
  });

  it("that the organization refuses is asked there once: it is charged once", async () => {
    const before = await charged();
    const { body } = await modern("tools/call", { name: "products_get", arguments: {} }, { key });
    expect(body.result).toMatchObject({ isError: true });
    const { body: unknown_tool } = await modern("tools/call", { name: "no_such_tool" }, { key });
    expect(unknown_tool.error ?? unknown_tool.result?.isError).toBeTruthy();
    // One for each of the two, and one for asking.
    expect((await charged()) - before).toBe(3);
  });
});

/** How much of the day's bucket is used, this request included. */
async function charged(): Promise<number> {
  const { body } = await modern("tools/call", { name: "products_get", arguments: { product_id } }, { key });
  const { day } = (body.result!._meta as Record<string, { day: { limit: number; remaining: number } }>)["crow/rate_limit"]!;
  return day.limit - day.remaining;
}
