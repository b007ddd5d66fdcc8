// A token for one part of the server opens no other, by a session either.
import { beforeAll, describe, expect, it } from "vitest";
import { createClient, postForm } from "../../oauth/support.ts";
import { BASE_URL, createOrganization, send, type TestOrganization } from "../../support/api.ts";
import { modern, openSession } from "./support.ts";

let organization: TestOrganization;
let client: { client_id: string; client_secret: string };
beforeAll(async () => {
  organization = await createOrganization();
  client = await createClient(organization, {
    name: "Agent",
    scopes: ["products:read", "products:write", "exports:read", "exports:write", "interactions:read"],
  });
});

async function tokenFor(path: string): Promise<string> {
  const { client_id, client_secret } = client;
  const reply = await postForm("/oauth/token", { grant_type: "client_credentials", client_id, client_secret, resource: BASE_URL + path });
  return reply.body.access_token!;
}

const WRITE = { name: "products_create", arguments: { title: "Lamp" } };
const TASKS = { "io.modelcontextprotocol/clientCapabilities": { extensions: { "io.modelcontextprotocol/tasks": {} } } };

describe("a token for /mcp/readonly", () => {
  it("changes nothing in a session that another token of its client opened at /mcp", async () => {
    const session = await openSession(await tokenFor("/mcp"));
    const narrow = await tokenFor("/mcp/readonly");
    expect((await modern("tools/call", WRITE, { key: narrow, path: "/mcp/readonly" })).body.error).toBeDefined();
    const tried = await session.request("tools/call", WRITE, { key: narrow, path: "/mcp/readonly" });
    expect(tried.body.error).toBeDefined();
    expect((await send<{ data: unknown[] }>("GET", "/api/v1/products", { key: organization.api_key })).body.data).toHaveLength(0);
  });

  it("neither reads nor cancels a task that another began at /mcp", async () => {
    const created = await modern(
      "tools/call",
      { name: "exports_create", arguments: { resource: "products", format: "csv" }, _meta: TASKS },
      { key: await tokenFor("/mcp") },
    );
    const params = { taskId: String(created.body.result!.taskId), _meta: TASKS };
    const narrow = await tokenFor("/mcp/readonly");
    for (const method of ["tasks/get", "tasks/cancel"]) {
      const refused = await modern(method, params, { key: narrow, path: "/mcp/readonly" });
      expect(refused).toMatchObject({ status: 403, body: { error: { data: { code: "FORBIDDEN" } } } });
    }
  });
});
