import { beforeAll, describe, expect, it } from "vitest";
import { createOrganization, OPERATOR_TOKEN, send, type ErrorBody } from "../support/api.ts";

let key: string;
beforeAll(async () => {
  key = (await createOrganization()).api_key;
});

describe("every answer", () => {
  it("carries a request id, the caller's where it is well formed", async () => {
    expect((await send("GET", "/api/v1/products", { key })).headers.get("X-Request-Id")).toMatch(/^req_/);
    expect((await send("GET", "/api/v1/products", { key, headers: { "X-Request-Id": "mine-1" } })).headers.get("X-Request-Id")).toBe("mine-1");
    expect((await send("GET", "/api/v1/products", { key, headers: { "X-Request-Id": "bad id!" } })).headers.get("X-Request-Id")).toMatch(/^req_/);
    expect((await send("GET", "/nowhere")).headers.get("X-Request-Id")).toMatch(/^req_/);
  });

  it("has exactly the one error form when it fails", async () => {
    const reply = await send<ErrorBody>("GET", "/api/v1/products/nothing", { key });
    expect(Object.keys(reply.body)).toEqual(["error"]);
    expect(Object.keys(reply.body.error)).toEqual(["code", "message", "details"]);
  });
});

describe("a request is refused", () => {
  it.each<[string, number, string, string, { body?: unknown; headers?: Record<string, string>; anonymous?: boolean }]>([
    ["without a key", 401, "GET", "/api/v1/products", { anonymous: true }],
    ["with a forged key", 401, "GET", "/api/v1/products", { anonymous: true, headers: { Authorization: "Bearer crow_live_forged" } }],
    [
      "with a wrong operator token",
      401,
      "GET",
      "/api/v1/organizations",
      { anonymous: true, headers: { Authorization: `Bearer ${OPERATOR_TOKEN}x` } },
    ],
    ["for a route that does not exist", 404, "GET", "/api/v1/nothing", {}],
    ["for a method the route lacks", 405, "PUT", "/api/v1/products", { body: {} }],
    ["for a body that is no JSON", 400, "POST", "/api/v1/products", { body: "{" }],
    ["for a body that is no object", 400, "POST", "/api/v1/products", { body: "[]" }],
    [
      "for a body of another type",
      415,
      "POST",
      "/api/v1/products",
      { body: "a=b", headers: { "Content-Type": "application/x-www-form-urlencoded" } },
    ],
    ["for a body nested too deeply", 400, "POST", "/api/v1/products", { body: `{"metadata":${"[".repeat(100_000)}${"]".repeat(100_000)}}` }],
    ["for a field name as long as a book", 400, "POST", "/api/v1/products", { body: { ["x".repeat(100_000)]: 1 } }],
    ["for a body over 1 MiB", 413, "POST", "/api/v1/products", { body: { name: "x".repeat(1_100_000) } }],
    ["for a URL over its bound", 414, "GET", `/api/v1/products?sku=${"x".repeat(9_000)}`, {}],
    ["for an Idempotency-Key that is no token", 400, "POST", "/api/v1/products", { body: { name: "x" }, headers: { "Idempotency-Key": "a b" } }],
  ])("%s (%i)", async (_why, status, method, path, { body, headers, anonymous }) => {
    const reply = await send<ErrorBody>(method, path, { ...(anonymous ? {} : { key }), body, headers });
    expect(reply.status).toBe(status);
    expect(reply.body.error.code).toBeTypeOf("string");
    expect(reply.body.error.message).not.toMatch(/SQL|stack|undefined/i);
    expect(JSON.stringify(reply.body).length).toBeLessThan(2_000);
  });

  it("with 405 and the methods that would do", async () => {
    const reply = await send("PUT", "/api/v1/products", { key, body: {} });
    expect(reply.headers.get("Allow")).toBe("GET, HEAD, POST, OPTIONS");
  });
});

describe("an Idempotency-Key", () => {
  it("replays the answer and makes one product", async () => {
    const { api_key } = await createOrganization();
    const options = { key: api_key, body: { name: "Once" }, headers: { "Idempotency-Key": "a-1" } };
    const first = await send("POST", "/api/v1/products", options);
    const second = await send("POST", "/api/v1/products", options);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get("Idempotency-Replayed")).toBe("true");
    expect((await send<{ data: unknown[] }>("GET", "/api/v1/products", { key: api_key })).body.data).toHaveLength(1);
  });

  it("with another body is a mismatch (422)", async () => {
    const headers = { "Idempotency-Key": "b-1" };
    await send("POST", "/api/v1/products", { key, body: { name: "One" }, headers });
    const second = await send<ErrorBody>("POST", "/api/v1/products", { key, body: { name: "Two" }, headers });
    expect(second.status).toBe(422);
    expect(second.body.error.code).toBe("IDEMPOTENCY_MISMATCH");
  });

  it("in flight is 409, and exactly one of many concurrent requests takes effect", async () => {
    const { api_key } = await createOrganization();
    const options = { key: api_key, body: { name: "Race" }, headers: { "Idempotency-Key": "c-1" } };
    const replies = await Promise.all(Array.from({ length: 10 }, () => send<ErrorBody>("POST", "/api/v1/products", options)));
    for (const reply of replies) expect([201, 409]).toContain(reply.status);
    expect(replies.some((reply) => reply.status === 201)).toBe(true);
    expect((await send<{ data: unknown[] }>("GET", "/api/v1/products", { key: api_key })).body.data).toHaveLength(1);
  });

  it("of a refused request can be used again", async () => {
    const headers = { "Idempotency-Key": "d-1" };
    expect((await send("POST", "/api/v1/products", { key, body: { name: 5 }, headers })).status).toBe(400);
    expect((await send("POST", "/api/v1/products", { key, body: { name: "Right" }, headers })).status).toBe(201);
  });
});
