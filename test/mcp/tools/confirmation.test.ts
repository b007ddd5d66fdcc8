import { beforeAll, describe, expect, it } from "vitest";
import { createOrganization, send } from "../../support/api.ts";
import { CONSENT_MS } from "../../../src/domain/mcp/consent.ts";
import { openConsent, sealConsent } from "../../../src/protocols/mcp/tools/consent_state.ts";
import { operationNamed } from "../../../src/protocols/mcp/tools/names.ts";
import type { McpHost } from "../../../src/domain/mcp/executor.ts";
import { keyWith, newKey } from "../http/support.ts";
import { callTool, type ToolReply } from "./support.ts";

const CAN_ASK = { elicitation: {} };
const ACCEPT = { action: "accept", content: { confirm: true } };

let key: string;
beforeAll(async () => {
  key = await newKey();
});

async function product(title = "T-shirt | red", of = key): Promise<string> {
  return String((await callTool("products_create", { title }, { key: of })).value.id);
}

const exists = async (id: string, of = key): Promise<boolean> => (await send("GET", `/api/v2/products/${id}`, { key: of })).status === 200;

/** The call again, with the person's answer and the state that was asked with. */
function answered(name: string, given: unknown, { asked }: ToolReply, answer: unknown, of = key): Promise<ToolReply> {
  const params = { inputResponses: { confirm: answer }, requestState: asked!.state };
  return callTool(name, given, { key: of, capabilities: CAN_ASK, params });
}

describe("a client that can ask the person", () => {
  it("is asked with the name of what is deleted, and deletes once they agree", async () => {
    const product_id = await product();
    const asking = await callTool("products_delete", { product_id }, { key, capabilities: CAN_ASK });
    expect(asking.asked?.requests.confirm).toMatchObject({
      method: "elicitation/create",
      params: {
        mode: "form",
        message: `Delete a product? "T-shirt | red" (${product_id})\nCROW cannot undo this.`,
        requestedSchema: { type: "object", properties: { confirm: { type: "boolean" } }, required: ["confirm"] },
      },
    });
    expect(await exists(product_id)).toBe(true);
    const done = await answered("products_delete", { product_id }, asking, ACCEPT);
    expect(done.value).toEqual({ id: product_id, deleted: true });
    expect(await exists(product_id)).toBe(false);
  });

  it.each([
    ["declined", { action: "decline" }],
    ["cancelled", { action: "cancel" }],
    ["left unchecked", { action: "accept", content: { confirm: false } }],
    ["answered with something else", { action: "accept", content: { confirm: "yes" } }],
    ["answered without content", { action: "accept" }],
  ])("%s: nothing is changed, and the model is told so without an error", async (_how, answer) => {
    const product_id = await product();
    const asking = await callTool("products_delete", { product_id }, { key, capabilities: CAN_ASK });
    const { is_error, text, value } = await answered("products_delete", { product_id }, asking, answer);
    expect(is_error).toBe(false);
    expect(text).toContain("Nothing was changed");
    expect(value).toMatchObject({ confirmed: false });
    expect(await exists(product_id)).toBe(true);
  });

  it("is asked again where the answer is missing", async () => {
    const product_id = await product();
    const asking = await callTool("products_delete", { product_id }, { key, capabilities: CAN_ASK });
    const again = await callTool(
      "products_delete",
      { product_id },
      { key, capabilities: CAN_ASK, params: { inputResponses: { other: ACCEPT }, requestState: asking.asked!.state } },
    );
    expect(again.asked?.requests.confirm).toBeDefined();
    expect((await answered("products_delete", { product_id }, again, ACCEPT)).value).toMatchObject({ deleted: true });
  });

  it("is asked whatever the model says", async () => {
    const product_id = await product();
    const { asked } = await callTool("products_delete", { product_id, confirm: true }, { key, capabilities: CAN_ASK });
    expect(asked).not.toBeNull();
    expect(await exists(product_id)).toBe(true);
  });

  it("is not asked in vain: what would be refused is refused at once", async () => {
    const calls: [unknown, string, string][] = [
      [{ product_id: "nonsense" }, key, "VALIDATION_ERROR"],
      [{ product_id: "prd_01jd0000000000000000000000" }, key, "NOT_FOUND"],
      [{ product_id: await product() }, await keyWith(key, ["products:read"]), "FORBIDDEN"],
      [{ product_id: await product(), expected_version: 7 }, key, "PRECONDITION_FAILED"],
    ];
    for (const [given, of, code] of calls) {
      const { asked, failure } = await callTool("products_delete", given, { key: of, capabilities: CAN_ASK });
      expect(asked).toBeNull();
      expect(failure?.code).toBe(code);
    }
  });

  it.each(["http://hooks.example.com/", "https://localhost/", "nonsense"])(
    "is not asked about the address %s, where no event is sent",
    async (url) => {
      const given = { operation: "webhooks.create", input: { url, types: ["product.created"] } };
      const { asked, failure } = await callTool("execute_operation", given, { key, capabilities: CAN_ASK });
      expect(asked).toBeNull();
      expect(failure).toMatchObject({ code: "VALIDATION_ERROR", details: { field: "url" } });
    },
  );

  it("names a thing by its id to who may not see it", async () => {
    const product_id = await product("Secret title");
    const writer = await keyWith(key, ["products:write"]);
    const { asked } = await callTool("products_delete", { product_id }, { key: writer, capabilities: CAN_ASK });
    expect(asked!.requests.confirm!.params.message).toContain(product_id);
    expect(asked!.requests.confirm!.params.message).not.toContain("Secret title");
  });

  it("execute_operation asks the same", async () => {
    const product_id = await product();
    const given = { operation: "products.delete", input: { product_id } };
    const asking = await callTool("execute_operation", given, { key, capabilities: CAN_ASK });
    expect(asking.asked!.requests.confirm!.params.message).toContain("T-shirt | red");
    expect((await answered("execute_operation", given, asking, ACCEPT)).value).toMatchObject({ deleted: true });
  });

  it("asking costs a look-up, the call what it costs", async () => {
    const { api_key } = await createOrganization({ tier: "free" });
    const given = { operation: "interactions.erase", input: { visitor_id: "v-1" } };
    const asking = await callTool("execute_operation", given, { key: api_key, capabilities: CAN_ASK });
    expect(asking.asked!.requests.confirm!.params.message).toContain("visitor_id: v-1");
    const done = await answered("execute_operation", given, asking, ACCEPT, api_key);
    expect(done.meta["crow/rate_limit"]).toMatchObject({ charged: 5, minute: { remaining: 54 } });
  });
});

describe("a confirmation", () => {
  it("of one call is none for another: other arguments, another tool, another credential, another organization", async () => {
    const [product_id, other_id] = [await product(), await product()];
    const asking = await callTool("products_delete", { product_id }, { key, capabilities: CAN_ASK });
    const other_key = await keyWith(key, ["products:read", "products:write"]);
    const stranger = await newKey();
    const tries: Promise<ToolReply>[] = [
      answered("products_delete", { product_id: other_id }, asking, ACCEPT),
      answered("products_delete", { product_id, expected_version: 1 }, asking, ACCEPT),
      answered("execute_operation", { operation: "webhooks.delete", input: { webhook_id: "whk_01jd0000000000000000000000" } }, asking, ACCEPT),
      answered("products_delete", { product_id }, asking, ACCEPT, other_key),
      answered("products_delete", { product_id }, asking, ACCEPT, stranger),
    ];
    for (const { error } of await Promise.all(tries)) {
      expect(error).toMatchObject({ code: -32_602, data: { code: "VALIDATION_ERROR", details: { field: "requestState" } } });
      expect(error?.message).toContain("nothing was changed");
    }
    expect([await exists(product_id), await exists(other_id)]).toEqual([true, true]);
  });

  it.each([
    ["made up", () => "1.2"],
    ["empty", () => ""],
    ["tampered with in its time", (state: string) => state.replace(/^\d/, (digit) => String((Number(digit) + 1) % 10))],
    ["tampered with in its signature", (state: string) => `${state.slice(0, -1)}${state.endsWith("A") ? "B" : "A"}`],
    ["spelled otherwise", (state: string) => `0${state}`],
    ["longer", (state: string) => `${state}.x`],
    ["endless", () => "9".repeat(100_000)],
  ])("%s: is none", async (_how, change) => {
    const product_id = await product();
    const asking = await callTool("products_delete", { product_id }, { key, capabilities: CAN_ASK });
    const params = { inputResponses: { confirm: ACCEPT }, requestState: change(asking.asked!.state) };
    const { error, value } = await callTool("products_delete", { product_id }, { key, capabilities: CAN_ASK, params });
    expect(value).toEqual({});
    expect(error?.code).toBe(-32_602);
    expect(await exists(product_id)).toBe(true);
  });

  it("without the state it was asked with is none", async () => {
    const product_id = await product();
    const params = { inputResponses: { confirm: ACCEPT } };
    const { value, asked } = await callTool("products_delete", { product_id }, { key, capabilities: CAN_ASK, params });
    expect(value.deleted).toBeUndefined();
    expect(asked).toBeNull();
    expect(await exists(product_id)).toBe(true);
  });

  it("is for one change: sent again, it makes nothing more", async () => {
    const given = { operation: "api_keys.create", input: { name: "One", scopes: ["products:read"] } };
    const asking = await callTool("execute_operation", given, { key, capabilities: CAN_ASK });
    expect(asking.asked!.requests.confirm!.params.message).toBe(
      "Create an API key? Its secret will be shown in this conversation.\nname: One\nscopes: products:read",
    );
    const first = await answered("execute_operation", given, asking, ACCEPT);
    const again = await answered("execute_operation", given, asking, ACCEPT);
    expect(again.value.id).toBe(first.value.id);
    expect(again.meta["crow/idempotency_replayed"]).toBe(true);
  });

  it("is for one change also with idempotency keys that were not there when the person was asked", async () => {
    const given = { operation: "api_keys.create", input: { name: "Keyed", scopes: ["products:read"] } };
    const asking = await callTool("execute_operation", given, { key, capabilities: CAN_ASK });
    const params = { inputResponses: { confirm: ACCEPT }, requestState: asking.asked!.state };
    const made = new Set<unknown>();
    for (const idempotency_key of ["one", "two", "three"]) {
      const meta = { _meta: { "crow/idempotency_key": idempotency_key } };
      made.add((await callTool("execute_operation", given, { key, capabilities: CAN_ASK, params: { ...params, ...meta } })).value.id);
    }
    expect(made.size).toBe(1);
  });

  it("asked for with an idempotency key keeps that key: the same call, asked anew, changes nothing twice", async () => {
    const given = { operation: "api_keys.create", input: { name: "Once. Only", scopes: ["products:read"] } };
    const meta = { _meta: { "crow/idempotency_key": "k.1" } };
    const made: unknown[] = [];
    for (let time = 0; time < 2; time++) {
      const asking = await callTool("execute_operation", given, { key, capabilities: CAN_ASK, params: meta });
      made.push((await answered("execute_operation", given, asking, ACCEPT)).value.id);
    }
    expect(made[0]).toEqual(expect.any(String));
    expect(made[1]).toBe(made[0]);
  });

  it("is one of its own for each time that was asked", async () => {
    const { api_key } = await createOrganization();
    const given = { operation: "api_keys.create", input: { name: "Twin", scopes: ["products:read"] } };
    const ask = () => callTool("execute_operation", given, { key: api_key, capabilities: CAN_ASK });
    const replies = await Promise.all(Array.from({ length: 20 }, ask));
    expect(new Set(replies.map(({ asked }) => asked!.state)).size).toBe(20);
  });

  it("holds for ten minutes, and the order of arguments does not matter", () => {
    // What the signature is made of is the actor's; here it only has to differ where its text does.
    const at = (now: number): McpHost =>
      ({
        now,
        principal: { kind: "api_key", id: "key_1", scopes: ["products:write"], environment: "live", publishable: false },
        sign: (text: string) => btoa(text).replaceAll(".", "").slice(0, 2_000),
        verify: (text: string, signature: string) => btoa(text).replaceAll(".", "").slice(0, 2_000) === signature,
      }) as unknown as McpHost;
    const call = (input: unknown) => ({ operation: operationNamed("products.delete")!, input, confirm: undefined });
    const state = sealConsent(call({ a: 1, b: { c: 2, d: 3 } }), undefined, at(1_000));
    const judged = (input: unknown, now: number) => openConsent(state, call(input), at(now)).judged;
    expect(judged({ b: { d: 3, c: 2 }, a: 1 }, 1_000 + CONSENT_MS - 1)).toBe("valid");
    expect(judged({ a: 1, b: { c: 2, d: 3 } }, 1_000 + CONSENT_MS)).toBe("expired");
    expect(judged({ a: 1, b: { c: 2, d: 4 } }, 1_000)).toBe("foreign");
  });
});
