// From a bare 401 to the token endpoint, with nothing but public documents.
import * as oauth from "oauth4webapi";
import { describe, expect, it } from "vitest";
import { ALL_SCOPES } from "../../src/domain/scopes.ts";
import { BASE_URL, createOrganization, send, type ErrorBody } from "../support/api.ts";
import { discover, oauthOptions } from "./support.ts";

describe("a bare 401", () => {
  it("leads to the resource's metadata, that to the server's, as RFC 9728 has it", async () => {
    const refused = await send<ErrorBody>("GET", "/api/v1/products");
    expect(refused.status).toBe(401);
    const challenge = refused.headers.get("WWW-Authenticate")!;
    expect(challenge).toBe(`Bearer realm="CROW", resource_metadata="${BASE_URL}/.well-known/oauth-protected-resource/api", scope="products:read"`);
    const resource = new URL(`${BASE_URL}/api`);
    const response = await oauth.resourceDiscoveryRequest(resource, oauthOptions());
    const metadata = await oauth.processResourceDiscoveryResponse(resource, response);
    expect(metadata).toMatchObject({ resource: `${BASE_URL}/api`, authorization_servers: [BASE_URL], scopes_supported: ALL_SCOPES });
  });

  it("of the short addresses leads to the whole deployment, which is above them", async () => {
    const challenge = (await send("GET", "/v1/products")).headers.get("WWW-Authenticate")!;
    expect(challenge).toContain(`resource_metadata="${BASE_URL}/.well-known/oauth-protected-resource"`);
  });

  it("says that a token was bad, and a 403 which scope was missing; a 404 and a good answer say nothing", async () => {
    const bad = await send("GET", "/api/v1/products", { key: "eyJhbGciOiJFUzI1NiJ9.e30.x" });
    expect(bad.headers.get("WWW-Authenticate")).toContain('error="invalid_token"');
    const { api_key } = await createOrganization();
    const reader = await send<{ key: string }>("POST", "/api/v1/api-keys", { key: api_key, body: { name: "R", scopes: ["products:read"] } });
    const refused = await send("GET", "/api/v1/webhooks", { key: reader.body.key });
    expect(refused.headers.get("WWW-Authenticate")).toContain('error="insufficient_scope", scope="webhooks:read"');
    expect((await send("GET", "/api/v1/products/prd_01jd0000000000000000000000", { key: api_key })).headers.get("WWW-Authenticate")).toBeNull();
  });
});

describe("the server's metadata", () => {
  it("is the same at both well-known addresses, readable from any origin, and kept for minutes", async () => {
    const [first, second] = [await send("GET", "/.well-known/oauth-authorization-server"), await send("GET", "/.well-known/openid-configuration")];
    expect(first.body).toEqual(second.body);
    expect(first.headers.get("Access-Control-Allow-Origin")).toBe("*");
    expect(first.headers.get("Cache-Control")).toContain("max-age=300");
    expect(first.headers.get("Content-Type")).toBe("application/json");
  });

  it("names every endpoint that answers, S256 alone, and the scopes of the one list", async () => {
    const server = await discover();
    expect(server.code_challenge_methods_supported).toEqual(["S256"]);
    expect(server.response_types_supported).toEqual(["code"]);
    expect(server.authorization_response_iss_parameter_supported).toBe(true);
    expect(server.scopes_supported).toEqual(["openid", "profile", "email", "offline_access", ...ALL_SCOPES]);
    for (const [name, url] of Object.entries(server).filter(([key]) => key.endsWith("_endpoint"))) {
      const reply = await send(
        name === "userinfo_endpoint" || name === "authorization_endpoint" ? "GET" : "POST",
        String(url).slice(BASE_URL.length),
      );
      expect([400, 401], name).toContain(reply.status);
    }
  });

  it("has one document for every resource, and none for what is not one", async () => {
    expect((await send("GET", "/.well-known/oauth-protected-resource")).body).toMatchObject({ resource: BASE_URL });
    expect((await send("GET", "/.well-known/oauth-protected-resource/nothing")).status).toBe(404);
  });

  it("has a document for each part of the MCP server that has a URL, whose resource is exactly that URL", async () => {
    const { id } = await createOrganization();
    for (const path of [
      "/mcp",
      "/mcp/readonly",
      "/mcp/x/insights,products",
      "/mcp/x/insights/readonly",
      `/mcp/${id}`,
      `/mcp/${id}/x/exports/readonly`,
    ]) {
      const url = new URL(BASE_URL + path);
      const metadata = await oauth.processResourceDiscoveryResponse(url, await oauth.resourceDiscoveryRequest(url, oauthOptions()));
      expect(metadata).toMatchObject({ resource: BASE_URL + path, authorization_servers: [BASE_URL], resource_name: "CROW MCP server" });
    }
    const scopesAt = async (path: string): Promise<string[]> =>
      (await send<{ scopes_supported: string[] }>("GET", `/.well-known/oauth-protected-resource${path}`)).body.scopes_supported;
    expect(await scopesAt("/mcp")).toEqual(ALL_SCOPES);
    expect(await scopesAt("/mcp/x/insights,webhooks/readonly")).toEqual(["insights:read", "webhooks:read"]);
    expect((await scopesAt("/mcp/readonly")).every((scope) => scope.endsWith(":read"))).toBe(true);
    for (const path of ["/mcp/nothing", "/mcp/x/nothing", "/mcp/readonly/x/insights", "/mcp/org_1", "/mcp/x/", "/mcp/x/Insights", "/mcp//readonly"]) {
      expect((await send("GET", `/.well-known/oauth-protected-resource${path}`)).status, path).toBe(404);
    }
  });

  it("answers a page's preflight for the endpoints that a page may call, and for no page of ours", async () => {
    expect((await send("OPTIONS", "/oauth/token")).headers.get("Access-Control-Allow-Origin")).toBe("*");
    expect((await send("OPTIONS", "/oauth/authorize")).headers.get("Access-Control-Allow-Origin")).toBeNull();
  });
});
