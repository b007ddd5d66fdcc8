// Nobody gets more out of an organization by letting applications in, and nobody fills it with them.
import { listDurableObjectIds } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { sql } from "../support/members.ts";
import { BASE_URL, createOrganization, send } from "../support/api.ts";
import {
  authorizeUrl,
  postForm,
  createClient,
  exchangeCode,
  location,
  obtainCode,
  randomAddress,
  registerClient,
  signedInMember,
  visitAuthorize,
  workerFetch,
  type ExchangeClient,
} from "./support.ts";

const CALLS_A_MINUTE = 60;

describe("a member's applications from elsewhere", () => {
  it("share one bucket, which also pays for codes and tokens, until the organization gives one its own", async () => {
    const shop = await createOrganization({ tier: "free" });
    const viewer = await signedInMember(shop, "viewer");
    let admitted = 0;
    const tokens: string[] = [];
    let last: ExchangeClient | undefined;
    for (let application = 0; application < 3; application++) {
      const client = (last = await registerClient());
      tokens.push((await exchangeCode(client, await obtainCode(viewer, client.client_id))).body.access_token!);
    }
    for (let round = 0; round < 25; round++)
      for (const token of tokens) if ((await send("GET", "/api/v1/products", { key: token })).status === 200) admitted += 1;
    // Three codes and three exchanges came out of the same bucket.
    expect(admitted).toBe(CALLS_A_MINUTE - 6);
    // Another member's bucket is another, also for the same application.
    const another = await signedInMember(shop, "viewer");
    const theirs = (await exchangeCode(last!, await obtainCode(another, last!.client_id))).body.access_token!;
    expect((await send("GET", "/api/v1/products", { key: theirs })).headers.get("X-RateLimit-Limit")).toBe("60");
    const list = await send<{ data: { id: string; client_id: string }[] }>("GET", "/api/v1/oauth-clients", { key: shop.api_key });
    const { id } = list.body.data.find(({ client_id }) => client_id === last!.client_id)!;
    await send("PATCH", `/api/v1/oauth-clients/${id}`, { key: shop.api_key, body: { rate_limit: { per_minute: 10 } } });
    expect((await send("GET", "/api/v1/products", { key: theirs })).headers.get("X-RateLimit-Limit")).toBe("10");
  });

  it("leave at most sixty grants a minute on the free tier, however fast codes are asked for", async () => {
    const shop = await createOrganization({ tier: "free" });
    const viewer = await signedInMember(shop, "viewer");
    const client = await registerClient();
    await obtainCode(viewer, client.client_id);
    const url = await authorizeUrl(client.client_id);
    const answers = new Set<string>();
    for (let round = 0; round < 65; round++) answers.add(location(await visitAuthorize(viewer, url)).searchParams.get("error") ?? "code");
    expect([...answers]).toEqual(["code", "temporarily_unavailable"]);
    const [row] = await sql<{ codes: number }>(shop, "SELECT count(*) AS codes FROM oauth_codes");
    expect(row!.codes).toBe(CALLS_A_MINUTE);
  });

  it("are at most fifty", async () => {
    const shop = await createOrganization();
    const viewer = await signedInMember(shop, "viewer");
    for (let round = 0; round < 50; round++) await obtainCode(viewer, (await registerClient()).client_id);
    await expect(obtainCode(viewer, (await registerClient()).client_id)).rejects.toThrow("access_denied");
  });
});

describe("what a client can make an organization store", () => {
  it("without a token comes out of its bucket too: proofs at introspection", async () => {
    const shop = await createOrganization({ tier: "free" });
    const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
    const jwks = { keys: [await exportJWK(publicKey)] };
    const client = await createClient(shop, { name: "Signs", token_endpoint_auth_method: "private_key_jwt", jwks, scopes: ["products:read"] });
    const statuses: number[] = [];
    for (let round = 0; round < 65; round++) {
      const client_assertion = await new SignJWT({ iss: client.client_id, sub: client.client_id, aud: BASE_URL, jti: crypto.randomUUID() })
        .setProtectedHeader({ alg: "ES256" })
        .setExpirationTime("2m")
        .sign(privateKey);
      const client_assertion_type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
      statuses.push((await postForm("/oauth/introspect", { token: "x", client_assertion, client_assertion_type })).status);
    }
    expect(statuses.filter((status) => status === 200)).toHaveLength(CALLS_A_MINUTE);
    expect(statuses.at(-1)).toBe(429);
    const [row] = await sql<{ spent: number }>(shop, "SELECT count(*) AS spent FROM oauth_spent_ids");
    expect(row!.spent).toBe(CALLS_A_MINUTE);
  });

  it("is not one entry for every port of a person's computer", async () => {
    const shop = await createOrganization();
    const member = await signedInMember(shop, "viewer");
    const native = await registerClient({ redirect_uris: ["http://127.0.0.1/callback"] });
    for (let port = 40_000; port < 40_005; port++) await obtainCode(member, native.client_id, { redirect_uri: `http://127.0.0.1:${port}/callback` });
    const [row] = await sql<{ targets: string }>(shop, "SELECT targets FROM oauth_consents");
    expect(JSON.parse(row!.targets)).toEqual([]);
  });
});

describe("a made-up client_id", () => {
  it.each([
    "dcr_01jd0000000000000000000000.AAAAAAAAAAAAAAAAAAAAAA",
    "cli_01jd0000000000000000000000.org_01jd0000000000000000000000.AAAAAAAAAAAAAAAAAAAAAA",
    "dcr_01jd0000000000000000000000",
  ])("%s is refused without waking an actor", async (client_id) => {
    // An actor's name is not told by the runtime; what tells is that none was asked, so the answer needs none of them.
    const dead = { ...env, ORGANIZATIONS: undefined, OAUTH_CLIENTS: undefined } as unknown as Env;
    const { default: worker } = await import("../../src/edge/worker.ts");
    const request = new Request(await authorizeUrl(client_id)) as Parameters<typeof worker.fetch>[0];
    const response = await worker.fetch(request, dead, { waitUntil: () => {}, passThroughOnException: () => {} } as unknown as ExecutionContext);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("not known here");
  });

  it("of a metadata document wakes at most as many actors at the token endpoint as its address may ask about", async () => {
    const headers = { "CF-Connecting-IP": randomAddress() };
    const names = Array.from({ length: 45 }, () => `https://made-up.example/${crypto.randomUUID()}`);
    for (const client_id of names) await postForm("/oauth/token", { grant_type: "client_credentials", client_id }, headers);
    const ids = new Set((await listDurableObjectIds(env.OAUTH_CLIENTS)).map(String));
    expect(names.filter((name) => ids.has(env.OAUTH_CLIENTS.idFromName(name).toString()))).toHaveLength(40);
  });

  it("of a metadata document takes an attempt of its address before anything is looked up", async () => {
    const headers = { "CF-Connecting-IP": randomAddress() };
    const statuses: number[] = [];
    for (let round = 0; round < 42; round++) {
      const url = await authorizeUrl(`https://${crypto.randomUUID()}.documents.example/client.json`);
      statuses.push((await workerFetch(url, { headers })).status);
    }
    expect(statuses).toEqual([...Array.from({ length: 40 }, () => 400), 429, 429]);
  });
});
