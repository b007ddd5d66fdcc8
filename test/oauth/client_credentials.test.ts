// Server to server: an organization's own client gets tokens for itself, with a real OAuth client library.
import * as oauth from "oauth4webapi";
import { beforeAll, describe, expect, it } from "vitest";
import { OPERATIONS } from "../../src/domain/registry.ts";
import { createOrganization, send, type ErrorBody, type TestOrganization } from "../support/api.ts";
import { createClient, discover, oauthOptions, postForm, type CreatedClient } from "./support.ts";

let organization: TestOrganization;
let client: CreatedClient;
let server: oauth.AuthorizationServer;

beforeAll(async () => {
  organization = await createOrganization();
  client = await createClient(organization, { name: "Backend", scopes: ["products:read", "products:write", "insights:read"] });
  server = await discover();
});

async function tokenBy(authentication: oauth.ClientAuth, parameters: Record<string, string> = {}): Promise<oauth.TokenEndpointResponse> {
  const response = await oauth.clientCredentialsGrantRequest(server, { client_id: client.client_id }, authentication, parameters, oauthOptions());
  return oauth.processClientCredentialsResponse(server, { client_id: client.client_id }, response);
}

describe("a client of an organization's", () => {
  it.each([
    ["HTTP Basic", (secret: string) => oauth.ClientSecretBasic(secret)],
    ["the body", (secret: string) => oauth.ClientSecretPost(secret)],
  ])("gets a token by its secret in %s and does what its scopes allow, no more", async (_way, authentication) => {
    const token = await tokenBy(authentication(client.client_secret), { scope: "products:read" });
    expect(token).toMatchObject({ token_type: "bearer", scope: "products:read", expires_in: 900 });
    expect(token.refresh_token).toBeUndefined();
    expect((await send("GET", "/api/v1/products", { key: token.access_token })).status).toBe(200);
    const refused = await send<ErrorBody>("POST", "/api/v1/products", { key: token.access_token, body: { name: "X" } });
    expect([refused.status, refused.body.error.details.required_scope]).toEqual([403, "products:write"]);
    expect(refused.headers.get("WWW-Authenticate")).toContain('error="insufficient_scope", scope="products:write"');
  });

  it("without a scope gets all of its own", async () => {
    expect((await tokenBy(oauth.ClientSecretBasic(client.client_secret))).scope).toBe("products:read products:write insights:read");
  });

  it("is refused a scope beyond its own", async () => {
    const reply = await postForm("/oauth/token", {
      grant_type: "client_credentials",
      scope: "webhooks:read",
      client_id: client.client_id,
      client_secret: client.client_secret,
    });
    expect([reply.status, reply.body.error]).toEqual([400, "invalid_scope"]);
  });

  it("cannot have scopes about a person", async () => {
    const reply = await postForm("/oauth/token", {
      grant_type: "client_credentials",
      scope: "openid",
      client_id: client.client_id,
      client_secret: client.client_secret,
    });
    expect(reply.body.error).toBe("invalid_scope");
  });
});

describe("tokens and requests of a client", () => {
  it("come out of one bucket, which its own limit sets", async () => {
    const small = await createClient(organization, { name: "Small", scopes: ["products:read"], rate_limit: { per_minute: 4 } });
    const issue = () =>
      postForm("/oauth/token", { grant_type: "client_credentials", client_id: small.client_id, client_secret: small.client_secret });
    const first = await issue();
    expect((await send("GET", "/api/v1/products", { key: first.body.access_token! })).headers.get("X-RateLimit-Remaining")).toBe("2");
    await issue();
    await issue();
    const refused = await issue();
    expect([refused.status, Number(refused.headers.get("Retry-After")) > 0]).toEqual([429, true]);
    expect((await send("GET", "/api/v1/products", { key: first.body.access_token! })).status).toBe(429);
  });

  it("are the client's own in usage and audit", async () => {
    const token = await tokenBy(oauth.ClientSecretBasic(client.client_secret));
    const made = await send<{ id: string }>("POST", "/api/v1/products", { key: token.access_token, body: { name: "By a client" } });
    const audit = await send<{ data: { principal: { kind: string; id: string } }[] }>("GET", `/api/v1/audit-log?subject=${made.body.id}`, {
      key: organization.api_key,
    });
    expect(audit.body.data[0]!.principal).toMatchObject({ kind: "oauth_client", id: client.id, name: "Backend", account_id: null });
    const usage = await send<{ usage: { credential: string }[] }>("GET", "/api/v1/usage", { key: organization.api_key });
    expect(usage.body.usage.map(({ credential }) => credential)).toContain(client.id);
  });
});

describe("a client and a key with the same scopes", () => {
  it("can do exactly the same, at every operation", async () => {
    const scopes = ["products:read", "interactions:write", "oauth_clients:read"];
    const twin = await createClient(organization, { name: "Twin", scopes });
    const reply = await postForm("/oauth/token", { grant_type: "client_credentials", client_id: twin.client_id, client_secret: twin.client_secret });
    const key = await send<{ key: string }>("POST", "/api/v1/api-keys", { key: organization.api_key, body: { name: "Twin", scopes } });
    for (const operation of OPERATIONS) {
      const path = `/api/v1${operation.rest.path.replaceAll(/\{(\w+)\}/g, "nothing")}`;
      const options = operation.rest.method === "get" || operation.rest.method === "delete" ? {} : { body: { nothing: true } };
      const [byToken, byKey] = [
        await send<ErrorBody>(operation.rest.method.toUpperCase(), path, { ...options, key: reply.body.access_token! }),
        await send<ErrorBody>(operation.rest.method.toUpperCase(), path, { ...options, key: key.body.key }),
      ];
      expect([byToken.status, byToken.body.error?.code, byToken.body.error?.details], operation.name).toEqual([
        byKey.status,
        byKey.body.error?.code,
        byKey.body.error?.details,
      ]);
    }
  });
});
