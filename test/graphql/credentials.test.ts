import * as oauth from "oauth4webapi";
import { beforeAll, describe, expect, it } from "vitest";
import { createClient, discover, oauthOptions } from "../oauth/support.ts";
import { BASE_URL, createOrganization, OPERATOR_TOKEN, send, type TestOrganization } from "../support/api.ts";
import { ask, askAll, codes, RESPONSE_JSON, type GraphqlBody } from "./request.ts";

let organization: TestOrganization;
let key: string;
beforeAll(async () => {
  organization = await createOrganization();
  key = organization.api_key;
  await ask(key, 'mutation { createProduct(input: {title: "One"}) { id } }');
});

describe("a credential", () => {
  it.each([
    ["none", {}],
    ["a forged key", { Authorization: "Bearer crow_live_forged" }],
    ["a password", { Authorization: "Basic YTpi" }],
  ])("that is %s is 401 in GraphQL's form, with the way in", async (_what, headers) => {
    const reply = await send<GraphqlBody>("POST", "/graphql", { body: { query: "{ __typename }" }, headers: { Accept: RESPONSE_JSON, ...headers } });
    expect(reply.status).toBe(401);
    expect(reply.body).toEqual({ errors: [{ message: expect.any(String), extensions: { code: "UNAUTHENTICATED", details: {} } }] });
    expect(reply.headers.get("Content-Type")).toBe(`${RESPONSE_JSON}; charset=utf-8`);
    expect(reply.headers.get("WWW-Authenticate")).toContain(`resource_metadata="${BASE_URL}/.well-known/oauth-protected-resource/graphql"`);
    expect((await send("GET", "/.well-known/oauth-protected-resource/graphql")).body.resource).toBe(`${BASE_URL}/graphql`);
  });

  it("that was revoked is 401 from then on", async () => {
    const made = await send<{ id: string; key: string }>("POST", "/api/v1/api-keys", { key, body: { name: "Old", scopes: ["products:read"] } });
    expect((await ask(made.body.key, "{ __typename }")).status).toBe(200);
    await send("DELETE", `/api/v1/api-keys/${made.body.id}`, { key });
    const reply = await ask(made.body.key, "{ __typename }");
    expect([reply.status, codes(reply.body)]).toEqual([401, ["UNAUTHENTICATED"]]);
  });

  it("that may not come from this address is 403", async () => {
    const made = await send<{ key: string }>("POST", "/api/v1/api-keys", {
      key,
      body: { name: "Office", scopes: ["products:read"], allowed_ips: ["192.0.2.0/24"] },
    });
    const reply = await ask(made.body.key, "{ products(first: 1) { id } }", { "CF-Connecting-IP": "198.51.100.7" });
    expect([reply.status, codes(reply.body)]).toEqual([403, ["FORBIDDEN"]]);
  });

  it("that is an access token must be meant for GraphQL or the whole deployment", async () => {
    const client = await createClient(organization, { name: "Backend", scopes: ["products:read"] });
    const server = await discover();
    const tokenFor = async (resource: string): Promise<string> => {
      const by = oauth.ClientSecretBasic(client.client_secret);
      const response = await oauth.clientCredentialsGrantRequest(server, { client_id: client.client_id }, by, { resource }, oauthOptions());
      return (await oauth.processClientCredentialsResponse(server, { client_id: client.client_id }, response)).access_token;
    };
    const statuses: Record<string, number> = {};
    for (const path of ["", "/graphql", "/api"])
      statuses[path] = (await ask(await tokenFor(BASE_URL + path), "{ products(first: 1) { id } }")).status;
    expect(statuses).toEqual({ "": 200, "/graphql": 200, "/api": 401 });
  });

  it("works on its own organization alone, whichever a header names", async () => {
    const query = `{ products(first: 1) { id } }`;
    expect((await ask(organization.api_key, query, { "X-Organization-Id": organization.id })).status).toBe(200);
    const foreign = await ask(organization.api_key, query, { "X-Organization-Id": "org_01jd0000000000000000000000" });
    expect([foreign.status, codes(foreign.body)]).toEqual([404, ["NOT_FOUND"]]);
  });

  it("of the operator names the organization in a header, but for what is the deployment's", async () => {
    const query = `{ products(first: 1) { id } }`;
    const missing = await ask(OPERATOR_TOKEN, query);
    expect([missing.status, missing.body.errors![0]!.extensions.details.field]).toEqual([400, "X-Organization-Id"]);
    const named = await ask(OPERATOR_TOKEN, query, { "X-Organization-Id": organization.id });
    expect(named.body.data!.products).toHaveLength(1);
    expect((await ask(OPERATOR_TOKEN, "{ organizations(first: 1) { id } }")).body.data!.organizations).toHaveLength(1);
    const nobody = await ask(OPERATOR_TOKEN, query, { "X-Organization-Id": "org_01jd0000000000000000000000" });
    expect([nobody.status, codes(nobody.body)]).toEqual([404, ["NOT_FOUND"]]);
  });

  it("of the operator asks in one request for what is the deployment's or for what is one organization's", async () => {
    const { id } = organization;
    const headers = { "X-Organization-Id": id };
    const mixed = `mutation { createOrganization(input: {name: "B"}) { id } updateOrganization(id: "${id}", input: {name: "C"}) { id } }`;
    const reply = await ask(OPERATOR_TOKEN, mixed, headers);
    expect([reply.status, codes(reply.body)]).toEqual([400, ["VALIDATION_ERROR"]]);
    const batch = await askAll(
      OPERATOR_TOKEN,
      [{ query: "{ organizations(first: 1) { id } }" }, { query: "{ products(first: 1) { id } }" }],
      headers,
    );
    expect(batch.body.map((answer) => codes(answer))).toEqual([["VALIDATION_ERROR"], ["VALIDATION_ERROR"]]);
    expect((await ask(OPERATOR_TOKEN, `{ organization(id: "${id}") { name } }`, headers)).body.data).toEqual({ organization: { name: "Test shop" } });
  });
});
