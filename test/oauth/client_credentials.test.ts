// Server to server: an organization's own client gets tokens for itself, with a real OAuth client library.
import * as oauth from "oauth4webapi";
import { beforeAll, describe, expect, it } from "vitest";
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
    const reply = await postForm("/oauth/token", { grant_type: "client_credentials", scope: "webhooks:read", client_id: client.client_id, client_secret: client.client_secret });
    expect([reply.status, reply.body.error]).toEqual([400, "invalid_scope"]);
  });

  it("cannot have scopes about a person", async () => {
    const reply = await postForm("/oauth/token", { grant_type: "client_credentials", scope: "openid", client_id: client.client_id, client_secret: client.client_secret });
    expect(reply.body.error).toBe("invalid_scope");
  });
});
