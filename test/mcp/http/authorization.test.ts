// An access token opens the resource that it is for, and a client that is refused learns how to get in and what to ask for.
import { beforeAll, describe, expect, it } from "vitest";
import { createClient, postForm } from "../../oauth/support.ts";
import { BASE_URL, createOrganization, send, type TestOrganization } from "../../support/api.ts";
import { keyWith, modern, openSession, post, request, type RpcBody } from "./support.ts";

let organization: TestOrganization;
let client: { client_id: string; client_secret: string };
beforeAll(async () => {
  organization = await createOrganization();
  client = await createClient(organization, { name: "Agent", scopes: ["products:read", "products:write", "insights:read"] });
});

async function tokenFor(resource: string | undefined, scope = "products:read"): Promise<string> {
  const { client_id, client_secret } = client;
  const reply = await postForm("/oauth/token", { grant_type: "client_credentials", client_id, client_secret, scope, resource });
  if (reply.status !== 200) throw new Error(`no token: ${reply.status} ${JSON.stringify(reply.body)}`);
  return reply.body.access_token!;
}

const discover = async (key: string, path: string): Promise<number> => (await modern("server/discover", {}, { key, path })).status;

describe("a token", () => {
  it("for /mcp opens it and every part of it", async () => {
    const token = await tokenFor(`${BASE_URL}/mcp`);
    for (const path of ["/mcp", "/mcp/", "/mcp/readonly", "/mcp/x/products", `/mcp/${organization.id}/x/products/readonly`]) {
      expect(await discover(token, path), path).toBe(200);
    }
    expect((await send("GET", "/api/v1/products", { key: token })).status).toBe(401);
  });

  it("for a part opens that part alone", async () => {
    const token = await tokenFor(`${BASE_URL}/mcp/readonly`);
    expect(await discover(token, "/mcp/readonly")).toBe(200);
    expect(await discover(token, "/mcp/readonly/")).toBe(200);
    for (const path of ["/mcp", "/mcp/x/products/readonly", `/mcp/${organization.id}/readonly`]) expect(await discover(token, path), path).toBe(401);
  });

  it("for the whole deployment opens it too, and one for another resource does not", async () => {
    expect(await discover(await tokenFor(undefined), "/mcp")).toBe(200);
    for (const path of ["/api", "/graphql"]) expect(await discover(await tokenFor(BASE_URL + path), "/mcp"), path).toBe(401);
  });

  it("is not given out for what is no part of the server", async () => {
    const { client_id, client_secret } = client;
    for (const path of ["/mcp/nothing", "/mcp/readonly/x/products", "/mcp?x=1", "/mcp#x", "/mcpx"]) {
      const reply = await postForm("/oauth/token", { grant_type: "client_credentials", client_id, client_secret, resource: BASE_URL + path });
      expect(reply.body.error, path).toBe("invalid_target");
    }
  });

  it("counts in a header alone", async () => {
    const token = await tokenFor(`${BASE_URL}/mcp`);
    expect((await modern("server/discover", {}, { path: `/mcp?api_key=${token}` })).status).toBe(401);
    expect((await modern("server/discover", {}, { path: `/mcp?api_key=${organization.api_key}` })).status).toBe(401);
    expect((await modern("server/discover", {}, { headers: { "X-API-Key": organization.api_key } })).status).toBe(200);
  });
});

describe("a 401", () => {
  const challengeAt = async (path: string): Promise<string> => (await modern("tools/list", {}, { path })).headers.get("WWW-Authenticate")!;
  const scopesIn = (challenge: string): string[] => / scope="([^"]*)"/.exec(challenge)![1]!.split(" ");

  it("names the metadata of the URL that was called", async () => {
    for (const path of ["/mcp", "/mcp/readonly", "/mcp/x/products", `/mcp/${organization.id}`]) {
      const challenge = await challengeAt(path);
      expect(challenge).toContain(`resource_metadata="${BASE_URL}/.well-known/oauth-protected-resource${path}"`);
      expect(challenge).not.toContain("error=");
    }
  });

  it("names the scopes that the view needs, and no more", async () => {
    expect(scopesIn(await challengeAt("/mcp/x/webhooks"))).toEqual(["webhooks:read", "webhooks:write"]);
    expect(scopesIn(await challengeAt("/mcp/x/webhooks/readonly"))).toEqual(["webhooks:read"]);
    const readonly = scopesIn(await challengeAt("/mcp/readonly"));
    expect(readonly).toContain("insights:read");
    expect(readonly.every((scope) => scope.endsWith(":read"))).toBe(true);
    expect(scopesIn(await challengeAt("/mcp"))).toEqual(expect.arrayContaining(readonly));
  });

  it("says that a credential was bad, in both eras and on every method", async () => {
    const bad = "eyJhbGciOiJFUzI1NiJ9.e30.x";
    const headers = { "Mcp-Session-Id": "mses_x.20251125" };
    const replies = [
      await modern("tools/list", {}, { key: bad }),
      await post({ jsonrpc: "2.0", id: 1, method: "ping" }, { key: bad, headers }),
      await request("GET", { key: bad, headers }),
      await request("DELETE", { key: bad, headers }),
    ];
    for (const reply of replies) {
      expect(reply.status).toBe(401);
      expect(reply.headers.get("WWW-Authenticate")).toContain('error="invalid_token"');
    }
  });

  it("says what a token is for that is for something else, in body and header", async () => {
    const refused = await modern("tools/list", {}, { key: await tokenFor(`${BASE_URL}/api`) });
    const message = `This token is for ${BASE_URL}/api; ask for one for ${BASE_URL}/mcp`;
    expect(refused.status).toBe(401);
    expect(refused.body.error).toMatchObject({
      message,
      data: { code: "UNAUTHENTICATED", details: { reason: "other_resource", resource: `${BASE_URL}/mcp` } },
    });
    expect(refused.headers.get("WWW-Authenticate")).toContain(`error="invalid_token", error_description="${message}"`);
  });

  it.each(["${CROW_API_KEY}", "${input:crow-api-key}", "$CROW_API_KEY", "%CROW_API_KEY%"])(
    "names %s, which the client was to replace",
    async (key) => {
      const { status, body } = await modern("tools/list", {}, { key });
      expect([status, body.error!.data!.details!.reason]).toEqual([401, "unexpanded_variable"]);
      expect(body.error!.message).toContain(key);
    },
  );

  it("comes for a key that was revoked while its session lasts, and again without asking the organization", async () => {
    const key = await keyWith(organization.api_key, ["products:read"]);
    const session = await openSession(key);
    const { body } = await send<{ data: { id: string; name: string }[] }>("GET", "/api/v1/api-keys?limit=100", { key: organization.api_key });
    for (const { id } of body.data.filter(({ name }) => name === "For a test")) {
      expect((await send("DELETE", `/api/v1/api-keys/${id}`, { key: organization.api_key })).status).toBe(200);
    }
    const replies = [
      await session.request("tools/list"),
      await modern("tools/list", {}, { key }),
      await modern("subscriptions/listen", LISTEN, { key }),
    ];
    for (const reply of replies) {
      expect(reply.status).toBe(401);
      expect(reply.headers.get("WWW-Authenticate")).toContain('error="invalid_token"');
      expect(reply.body.error!.data).toMatchObject({ code: "UNAUTHENTICATED" });
    }
  });
});

const LISTEN = { notifications: { toolsListChanged: true } };
const WRITE = { name: "products_create", arguments: { title: "Lamp" } };

describe("a scope that is missing", () => {
  it("is told a token as HTTP has it, in both eras, with what the call needs", async () => {
    const token = await tokenFor(`${BASE_URL}/mcp`);
    const session = await openSession(token);
    for (const refused of [await modern("tools/call", WRITE, { key: token }), await session.request("tools/call", WRITE)]) {
      expect(refused.status).toBe(403);
      const challenge = refused.headers.get("WWW-Authenticate")!;
      expect(challenge).toContain('error="insufficient_scope", scope="products:write"');
      expect(challenge).toContain(`resource_metadata="${BASE_URL}/.well-known/oauth-protected-resource/mcp"`);
      expect(refused.body.error!.data).toMatchObject({ code: "FORBIDDEN" });
    }
    const more = await tokenFor(`${BASE_URL}/mcp`, "products:read products:write");
    expect((await modern("tools/call", WRITE, { key: more })).status).toBe(200);
  });

  it("is told the model where the credential is a key, which can get no more", async () => {
    const key = await keyWith(organization.api_key, ["products:read"]);
    const session = await openSession(key);
    const told: RpcBody[] = [(await modern("tools/call", WRITE, { key })).body, (await session.request("tools/call", WRITE)).body];
    for (const { result } of told) {
      expect(result).toMatchObject({
        isError: true,
        structuredContent: { error: { code: "FORBIDDEN", details: { required_scope: "products:write" } } },
      });
    }
  });
});
