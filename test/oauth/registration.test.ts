// Clients that no organization made: those that register themselves (RFC 7591), and those that say who they are by a document at their own address.
import { env } from "cloudflare:workers";
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { BASE_URL, createOrganization, send, type TestOrganization } from "../support/api.ts";
import {
  authorizeUrl,
  CALLBACK,
  exchangeCode,
  location,
  obtainCode,
  randomAddress,
  refresh,
  registerClient,
  signedInMember,
  visitAuthorize,
  type SignedInPerson,
} from "./support.ts";

let organization: TestOrganization;
let person: SignedInPerson;
beforeAll(async () => {
  organization = await createOrganization();
  person = await signedInMember(organization);
});

const register = (body: unknown, headers: Record<string, string> = {}) =>
  send<Record<string, unknown>>("POST", "/oauth/register", { body, headers: { "CF-Connecting-IP": randomAddress(), ...headers } });

describe("registration", () => {
  it("answers what was registered; the secret is shown this once and stored as a hash", async () => {
    const reply = await register({ redirect_uris: [CALLBACK], client_name: "App", scope: "products:read unknown", contacts: ["a@b.example"] });
    expect(reply.status).toBe(201);
    expect(reply.headers.get("Cache-Control")).toBe("no-store");
    expect(reply.body).toMatchObject({
      client_name: "App",
      token_endpoint_auth_method: "client_secret_basic",
      scope: "products:read",
      client_secret_expires_at: 0,
    });
    const stored = await runInDurableObject(env.OAUTH_CLIENTS.getByName(String(reply.body.client_id)), (_actor, state) =>
      JSON.stringify(state.storage.sql.exec("SELECT * FROM client").toArray()),
    );
    expect(stored).not.toContain(String(reply.body.client_secret));
  });

  it.each([
    ["a script", { redirect_uris: ["javascript:alert(1)"] }, "invalid_redirect_uri"],
    ["plain http", { redirect_uris: ["http://app.example/cb"] }, "invalid_redirect_uri"],
    ["a fragment", { redirect_uris: [`${CALLBACK}#x`] }, "invalid_redirect_uri"],
    ["nothing", {}, "invalid_redirect_uri"],
    ["a list", [], "invalid_client_metadata"],
    [
      "an internal key set",
      { redirect_uris: [CALLBACK], token_endpoint_auth_method: "private_key_jwt", jwks_uri: "https://127.0.0.1/jwks" },
      "invalid_client_metadata",
    ],
    ["too many redirect URIs", { redirect_uris: Array.from({ length: 21 }, (_value, index) => `${CALLBACK}${index}`) }, "invalid_redirect_uri"],
    ["an oversized body", { redirect_uris: [CALLBACK], client_name: "x".repeat(20_000) }, "invalid_client_metadata"],
    ["broken JSON", "{", "invalid_client_metadata"],
    ["a name that turns the writing around", { redirect_uris: [CALLBACK], client_name: "Photos\u202e" }, "invalid_client_metadata"],
    ["a name of two lines", { redirect_uris: [CALLBACK], client_name: "A\nverified" }, "invalid_client_metadata"],
    ["a name with what nobody sees", { redirect_uris: [CALLBACK], client_name: "CR\u200bOW" }, "invalid_client_metadata"],
  ])("refuses %s", async (_what, body, error) => {
    const reply = await register(body);
    expect([reply.status, reply.body.error]).toEqual([400, error]);
  });

  it("is limited by address", async () => {
    const headers = { "CF-Connecting-IP": randomAddress() };
    const statuses: number[] = [];
    for (let round = 0; round < 22; round++) statuses.push((await register({ redirect_uris: [CALLBACK] }, headers)).status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(20);
    expect(statuses.at(-1)).toBe(429);
  });

  it("forgets a client that was only ever looked at, and keeps one that is used", async () => {
    const unused = await registerClient();
    const used = await registerClient();
    expect((await exchangeCode(used, await obtainCode(person, used.client_id))).status).toBe(200);
    await visitAuthorize(person, await authorizeUrl(unused.client_id));
    for (const { client_id } of [unused, used]) {
      const actor = env.OAUTH_CLIENTS.getByName(client_id);
      await runInDurableObject(actor, (_instance, state) => {
        state.storage.sql.exec("UPDATE client SET created_at = created_at - ?, used_at = used_at - ?", 8 * 86_400_000, 8 * 86_400_000);
      });
      await runDurableObjectAlarm(actor);
    }
    expect((await visitAuthorize(person, await authorizeUrl(unused.client_id))).status).toBe(400);
    expect((await visitAuthorize(person, await authorizeUrl(used.client_id))).status).toBe(303);
  });
});

describe("a client's metadata document", () => {
  /** Puts a document where the outside world has it, and returns its URL. */
  async function publish(
    changes: Record<string, unknown> = {},
    options: { status?: number; headers?: Record<string, string>; raw?: string; path?: string } = {},
  ): Promise<string> {
    const url = `https://${crypto.randomUUID()}.documents.example${options.path ?? "/client.json"}`;
    const document = { client_id: url, client_name: "Desk agent", redirect_uris: [CALLBACK], ...changes };
    const { status, headers } = options;
    await fetch(url, {
      method: "PUT",
      body: JSON.stringify({ body: options.raw ?? JSON.stringify(document), ...(status ? { status } : {}), ...(headers ? { headers } : {}) }),
    });
    return url;
  }
  const readsOf = async (url: string): Promise<number> =>
    ((await (await fetch("https://x.documents.example/reads")).json()) as Record<string, number>)[url] ?? 0;

  const makeStale = (client_id: string): Promise<void> =>
    runInDurableObject(env.OAUTH_CLIENTS.getByName(client_id), (_actor, state) => void state.storage.sql.exec("UPDATE client SET fresh_until = 1"));

  it("lets a client sign in that nobody registered, and shows by whom it is published", async () => {
    const client_id = await publish();
    const page = await visitAuthorize(person, await authorizeUrl(client_id));
    const html = await page.text();
    expect(html).toContain(`published by ${new URL(client_id).host}`);
    expect((await exchangeCode({ client_id }, await obtainCode(person, client_id))).status).toBe(200);
  });

  it("is read once and kept as long as it says, and again when that is over", async () => {
    const client_id = await publish({}, { headers: { "Cache-Control": "max-age=3600" } });
    for (let round = 0; round < 3; round++) await visitAuthorize(person, await authorizeUrl(client_id));
    expect(await readsOf(client_id)).toBe(1);
    await makeStale(client_id);
    await visitAuthorize(person, await authorizeUrl(client_id));
    expect(await readsOf(client_id)).toBe(2);
  });

  it.each<[string, () => Promise<string>]>([
    ["that names another client", () => publish({ client_id: "https://other.documents.example/client.json" })],
    ["with a secret in it", () => publish({ client_secret: "oops" })],
    ["that wants a secret", () => publish({ token_endpoint_auth_method: "client_secret_basic" })],
    ["with a script as redirect URI", () => publish({ redirect_uris: ["javascript:alert(1)"] })],
    ["that is a redirect", () => publish({}, { status: 302, headers: { Location: "https://x.documents.example/other" } })],
    ["that is missing", () => publish({}, { status: 404 })],
    ["that is HTML", () => publish({}, { headers: { "Content-Type": "text/html" } })],
    ["that is no JSON", () => publish({}, { raw: "{" })],
    ["that is oversized", () => publish({ client_name: "x", padding: "y".repeat(20_000) })],
    ["at a root", () => publish({}, { path: "/" })],
    ["with a fragment", async () => `${await publish()}#x`],
    ["on this machine", async () => "https://localhost/client.json"],
    ["at an internal address", async () => "https://169.254.169.254/client.json"],
    ["at an internal address in another spelling", async () => "https://2852039166/client.json"],
    ["with credentials", async () => "https://user:password@x.documents.example/client.json"],
    ["on an odd port", async () => "https://x.documents.example:22/client.json"],
    ["at our own host", async () => "https://crow.test/client.json"],
  ])("%s is refused on a page", async (_what, make) => {
    const response = await visitAuthorize(person, await authorizeUrl(await make()));
    expect([response.status, response.headers.get("Location")]).toEqual([400, null]);
  });

  it("that asks for less than before loses the rest at once, in tokens that are out too", async () => {
    const client_id = await publish({ scope: "products:read members:read" });
    const tokens = await exchangeCode({ client_id }, await obtainCode(person, client_id, { scope: "products:read members:read" }));
    const members = () => send("GET", "/api/v1/members", { key: tokens.body.access_token! }).then(({ status }) => status);
    expect(await members()).toBe(200);
    const less = { client_id, redirect_uris: [CALLBACK], scope: "products:read" };
    await fetch(client_id, { method: "PUT", body: JSON.stringify({ body: JSON.stringify(less) }) });
    await makeStale(client_id);
    await obtainCode(person, client_id);
    expect(await members()).toBe(403);
  });

  it("is asked about again when its answers would go to another host", async () => {
    const client_id = await publish();
    await obtainCode(person, client_id);
    const moved = { client_id, client_name: "Desk agent", redirect_uris: ["https://evil.example/cb"] };
    await fetch(client_id, { method: "PUT", body: JSON.stringify({ body: JSON.stringify(moved) }) });
    await makeStale(client_id);
    expect((await visitAuthorize(person, await authorizeUrl(client_id, { redirect_uri: "https://evil.example/cb" }))).status).toBe(200);
  });

  it("is read again for a client's proof once it is stale: keys that were replaced open nothing", async () => {
    const [old, next] = [await generateKeyPair("ES256", { extractable: true }), await generateKeyPair("ES256", { extractable: true })];
    const jwks = async (key: CryptoKey) => ({ keys: [{ ...(await exportJWK(key)), kid: "k" }] });
    const client_id = await publish({ token_endpoint_auth_method: "private_key_jwt", jwks: await jwks(old.publicKey) });
    const proof = async () => ({
      client_id: undefined,
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: await new SignJWT({
        iss: client_id,
        sub: client_id,
        aud: BASE_URL,
        jti: crypto.randomUUID(),
        exp: Math.floor(Date.now() / 1_000) + 60,
      })
        .setProtectedHeader({ alg: "ES256", kid: "k" })
        .sign(old.privateKey),
    });
    const tokens = await exchangeCode({ client_id }, await obtainCode(person, client_id), await proof());
    expect(tokens.status).toBe(200);
    const replaced = { client_id, redirect_uris: [CALLBACK], token_endpoint_auth_method: "private_key_jwt", jwks: await jwks(next.publicKey) };
    await fetch(client_id, { method: "PUT", body: JSON.stringify({ body: JSON.stringify(replaced) }) });
    await makeStale(client_id);
    expect((await refresh({ client_id }, tokens.body.refresh_token!, await proof())).body.error).toBe("invalid_client");
  });

  it("whose client was never let in gets nothing at the token endpoint, and is not even read there", async () => {
    const client_id = await publish();
    const reply = await exchangeCode({ client_id }, "crow_code_x");
    expect(reply.body.error).toBe("invalid_client");
    expect(await readsOf(client_id)).toBe(0);
  });
});

describe("an organization", () => {
  it("sees who was let in, and may suspend it: then it asks in vain", async () => {
    const client = await registerClient({ client_name: "Nosy" });
    await obtainCode(person, client.client_id);
    const list = await send<{ data: { id: string; client_id: string; external: boolean }[] }>("GET", "/api/v1/oauth-clients?limit=100", {
      key: organization.api_key,
    });
    const seen = list.body.data.find(({ client_id }) => client_id === client.client_id)!;
    expect(seen).toMatchObject({ external: true, name: "Nosy" });
    await send("PATCH", `/api/v1/oauth-clients/${seen.id}`, { key: organization.api_key, body: { suspended: true } });
    const target = location(await visitAuthorize(person, await authorizeUrl(client.client_id)));
    expect(target.searchParams.get("error")).toBe("access_denied");
  });
});
