// What a page of another site can make a browser send without asking first (a "simple" request: form types, no header of ours, credentials only in the URL or a cookie) does nothing here.
import { beforeAll, describe, expect, it } from "vitest";
import { createOrganization, send } from "../support/api.ts";
import { ask, codes, type GraphqlBody } from "./request.ts";

const MUTATION = 'mutation { createProduct(input: {title: "Forged"}) { id } }';
const OPERATION = JSON.stringify({ query: MUTATION });

let key: string;
let publishable: string;
beforeAll(async () => {
  key = (await createOrganization()).api_key;
  const made = await send<{ key: string }>("POST", "/api/v1/api-keys", {
    key,
    body: { name: "Page", publishable: true, scopes: ["interactions:write"] },
  });
  publishable = made.body.key;
});

describe("a request of another site's page", () => {
  const boundary = "----x";
  const multipart = `--${boundary}\r\nContent-Disposition: form-data; name="operations"\r\n\r\n${OPERATION}\r\n--${boundary}\r\nContent-Disposition: form-data; name="map"\r\n\r\n{}\r\n--${boundary}--`;

  it.each([
    ["application/x-www-form-urlencoded", new URLSearchParams({ query: MUTATION }).toString()],
    [`multipart/form-data; boundary=${boundary}`, multipart],
    ["text/plain", OPERATION],
    ["text/plain; application/json", OPERATION],
    ["application/graphql", MUTATION],
    ["", OPERATION],
  ])("with a body of type %j is 415 even with a key", async (type, body) => {
    const reply = await send<GraphqlBody>("POST", "/graphql", { key, body, headers: { "Content-Type": type, Origin: "https://evil.example" } });
    expect([reply.status, codes(reply.body)]).toEqual([415, ["UNSUPPORTED_MEDIA_TYPE"]]);
    expect((await ask(key, "{ products { title } }")).body.data!.products).toEqual([]);
  });

  it("is nobody by a key in the URL, even a publishable one, and even as JSON", async () => {
    for (const in_url of [key, publishable]) {
      const post = await send<GraphqlBody>("POST", `/graphql?api_key=${in_url}`, { body: OPERATION });
      expect([post.status, codes(post.body)]).toEqual([401, ["UNAUTHENTICATED"]]);
      const get = await send<GraphqlBody>("GET", `/graphql?query={__typename}&api_key=${in_url}&access_token=${in_url}`);
      expect([get.status, codes(get.body)]).toEqual([401, ["UNAUTHENTICATED"]]);
    }
    expect((await ask(publishable, "{ __typename }")).status).toBe(200);
  });

  it("is nobody by a cookie", async () => {
    const reply = await send<GraphqlBody>("POST", "/graphql", {
      body: OPERATION,
      headers: { Cookie: `crow_session=${key}; Authorization=Bearer ${key}` },
    });
    expect(reply.status).toBe(401);
  });

  it("changes nothing by GET, whatever else it says", async () => {
    const query = new URLSearchParams({ query: MUTATION });
    const reply = await send<GraphqlBody>("GET", `/graphql?${query.toString()}`, { key, headers: { "X-HTTP-Method-Override": "POST" } });
    expect([reply.status, codes(reply.body)]).toEqual([405, ["METHOD_NOT_ALLOWED"]]);
    expect((await ask(key, "{ products { title } }")).body.data!.products).toEqual([]);
  });

  it("gets no answer that carries credentials across origins", async () => {
    const reply = await ask(key, "{ __typename }", { Origin: "https://evil.example" });
    expect(reply.headers.get("Access-Control-Allow-Origin")).toBe("*");
    expect(reply.headers.has("Access-Control-Allow-Credentials")).toBe(false);
  });
});
