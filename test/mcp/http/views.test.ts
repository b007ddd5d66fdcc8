// A URL and headers show a part of the server, of one's own organization.
import { beforeAll, describe, expect, it } from "vitest";
import { createOrganization, OPERATOR_TOKEN, send, type TestOrganization } from "../../support/api.ts";
import { modern, openSession } from "./support.ts";

let organization: TestOrganization;
let other: TestOrganization;
beforeAll(async () => {
  organization = await createOrganization();
  other = await createOrganization();
});

interface Listed {
  name: string;
  annotations?: { readOnlyHint?: boolean };
}

async function tools(path: string, headers: Record<string, string> = {}): Promise<Listed[]> {
  const reply = await modern("tools/list", {}, { key: organization.api_key, path, headers });
  expect(reply.status, JSON.stringify(reply.body)).toBe(200);
  return reply.body.result!.tools as Listed[];
}

const names = async (...asked: Parameters<typeof tools>): Promise<string[]> => (await tools(...asked)).map(({ name }) => name);

describe("a view", () => {
  it("without changes lists no tool that changes anything, by URL or by header", async () => {
    for (const list of [await tools("/mcp/readonly"), await tools("/mcp", { "X-MCP-Readonly": "true" }), await tools("/mcp/x/products/readonly")]) {
      expect(list.length).toBeGreaterThan(0);
      // What runs any operation by its name runs here only those that read.
      expect(list.filter(({ name }) => name !== "execute_operation").every(({ annotations }) => annotations?.readOnlyHint === true)).toBe(true);
    }
    expect(await names("/mcp/x/products")).toContain("products_create");
  });

  it("of toolsets lists their tools", async () => {
    const listed = await names("/mcp/x/products,webhooks");
    expect(listed).toContain("products_list");
    expect(listed).toContain("webhooks_list");
    expect(listed.some((name) => name.startsWith("exports_"))).toBe(false);
    expect(await names("/mcp", { "X-MCP-Toolsets": "products, webhooks" })).toEqual(listed);
  });

  it("of toolsets has the resources, prompts and completions of their operations alone", async () => {
    const key = organization.api_key;
    const { body } = await send<{ id: string }>("POST", "/api/v1/products", { key, body: { title: "A secret lamp" } });
    const path = "/mcp/x/webhooks/readonly";
    const ref = { type: "ref/resource", uri: "crow://products/{product_id}" };
    const replies = [
      await modern("resources/read", { uri: `crow://products/${body.id}` }, { key, path }),
      await modern("resources/list", {}, { key, path }),
      await modern("completion/complete", { ref, argument: { name: "product_id", value: "" } }, { key, path }),
      await modern("prompts/get", { name: "catalog_cleanup" }, { key, path }),
    ];
    for (const reply of replies) expect(JSON.stringify(reply.body)).not.toContain("secret lamp");
    expect(replies.map(({ body: { error } }) => error?.data?.code)).toEqual(["NOT_FOUND", undefined, "NOT_FOUND", "NOT_FOUND"]);
    expect(JSON.stringify((await modern("resources/list", {}, { key, path: "/mcp/x/products" })).body)).toContain("secret lamp");
  });

  it("is narrowed further by headers, never widened", async () => {
    expect(await names("/mcp/x/products,webhooks", { "X-MCP-Toolsets": "webhooks,exports" })).toEqual(await names("/mcp/x/webhooks"));
    expect(await names("/mcp/x/products/readonly", { "X-MCP-Readonly": "false" })).toEqual(await names("/mcp/x/products/readonly"));
  });

  it("is the same below the organization's own id, with or without a slash at the end", async () => {
    expect(await names(`/mcp/${organization.id}/x/products/readonly/`)).toEqual(await names("/mcp/x/products/readonly"));
    expect(await names("/mcp/")).toEqual(await names("/mcp"));
  });

  it("is kept by a session that was opened with it", async () => {
    const session = await openSession(organization.api_key, undefined, { path: "/mcp/x/webhooks" });
    const list = await session.request("tools/list", {}, { path: "/mcp" });
    expect((list.body.result!.tools as Listed[]).map(({ name }) => name)).toEqual(await names("/mcp/x/webhooks"));
  });

  it("of a toolset that there is not is refused with the names of those that there are", async () => {
    const by_url = await modern("tools/list", {}, { key: organization.api_key, path: "/mcp/x/products,nothing" });
    expect(by_url.status).toBe(404);
    expect(by_url.body.error!.message).toContain("nothing");
    const known = by_url.body.error!.data!.details!.known as string[];
    expect(known).toEqual(expect.arrayContaining(["products", "insights", "exports"]));
    expect(known).not.toContain("signing_keys");
    const misspelt = await modern("tools/list", {}, { key: organization.api_key, path: "/mcp/x/api-keys/readonly" });
    expect([misspelt.status, misspelt.body.error!.message]).toEqual([404, "There is no MCP server here; did you mean /mcp/x/api_keys/readonly?"]);
    const by_header = await modern("tools/list", {}, { key: organization.api_key, headers: { "X-MCP-Toolsets": "nothing" } });
    expect(by_header.status).toBe(400);
    expect(by_header.body.error!.data).toMatchObject({ code: "VALIDATION_ERROR", details: { field: "X-MCP-Toolsets" } });
    expect((await modern("tools/list", {}, { key: organization.api_key, headers: { "X-MCP-Readonly": "perhaps" } })).status).toBe(400);
  });
});

describe("an organization in the URL", () => {
  it("is one's own, or as good as none", async () => {
    const answers = [other.id, "org_01jd0000000000000000000000"].map(async (id) => {
      const reply = await modern("tools/list", {}, { key: organization.api_key, path: `/mcp/${id}` });
      return { status: reply.status, body: reply.body };
    });
    const [foreign, missing] = await Promise.all(answers);
    expect(foreign).toEqual(missing);
    expect(foreign!.status).toBe(404);
    expect(foreign!.body.error!.data).toMatchObject({ code: "NOT_FOUND", details: { resource: "organization" } });
  });

  it("is named by a header as by the URL", async () => {
    const named = (id: string): Promise<number> =>
      modern("tools/list", {}, { key: organization.api_key, headers: { "X-Organization-Id": id } }).then(({ status }) => status);
    expect(await named(organization.id)).toBe(200);
    expect(await named(other.id)).toBe(404);
    const rest = await send("GET", "/api/v1/products", { key: organization.api_key, headers: { "X-Organization-Id": other.id } });
    expect(rest.status).toBe(404);
  });

  it("is the one that the operator works on, which a header can name as well", async () => {
    const by_url = await modern("tools/list", {}, { key: OPERATOR_TOKEN, path: `/mcp/${organization.id}` });
    expect(by_url.status).toBe(200);
    const by_header = await modern("tools/list", {}, { key: OPERATOR_TOKEN, headers: { "X-Organization-Id": organization.id } });
    expect(by_header.body.result!.tools).toEqual(by_url.body.result!.tools);
    const sandbox = await modern("tools/list", {}, { key: OPERATOR_TOKEN, headers: { "X-Organization-Id": `${organization.id}.test` } });
    expect(sandbox.status).toBe(404);
    expect((await modern("tools/list", {}, { key: OPERATOR_TOKEN, path: "/mcp/org_01jd0000000000000000000000" })).status).toBe(404);
  });
});
