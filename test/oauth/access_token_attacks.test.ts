// The guarantee: an access token opens exactly what its grant, its client and its member's role have now; whatever else looks like a token opens nothing.
import { createHmac } from "node:crypto";
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { base64url, decodeJwt, exportJWK, exportSPKI, generateKeyPair, importJWK, SignJWT, type JWTPayload } from "jose";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { callOrganization } from "../../src/actors/call.ts";
import { DAY_MS } from "../../src/domain/time.ts";
import { forgetKeySet, readKeySet } from "../../src/edge/oauth/key_set.ts";
import { BASE_URL, createOrganization, OPERATOR_TOKEN, send, type ErrorBody, type TestOrganization } from "../support/api.ts";
import { createClient, exchangeCode, join, obtainCode, registerClient, signedInMember, type ExchangeClient, type SignedInPerson } from "./support.ts";

let organization: TestOrganization;
let person: SignedInPerson;
let client: ExchangeClient;
let token: string;
beforeAll(async () => {
  organization = await createOrganization();
  person = await signedInMember(organization);
  client = await registerClient();
  token = await tokenFor(person, "products:read products:write");
});

async function tokenFor(somebody: SignedInPerson, scope: string, changes: Record<string, string> = {}): Promise<string> {
  const code = await obtainCode(somebody, client.client_id, { scope, organization: organization.id, ...changes });
  return (await exchangeCode(client, code)).body.access_token!;
}

async function statusWith(text: string, method = "GET", body?: unknown): Promise<number> {
  return (await send(method, "/api/v1/products", { key: text, ...(body === undefined ? {} : { body }) })).status;
}

interface Forgery {
  claims?: JWTPayload;
  header?: Record<string, unknown>;
  key?: CryptoKey | Uint8Array;
}

/** The good token's claims, signed with our own key unless another is given: what remains wrong is what the test changes. */
async function forge({ claims, header, key }: Forgery = {}): Promise<string> {
  const { signer } = await readKeySet(env);
  return new SignJWT({ ...decodeJwt(token), ...claims })
    .setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid: signer.kid, ...header })
    .sign(key ?? signer.key);
}

const now_s = (): number => Math.floor(Date.now() / 1_000);

describe("a token is refused", () => {
  it("never when it is the real one, nor when the tests sign the same claims anew", async () => {
    expect(await statusWith(token)).toBe(200);
    expect(await statusWith(await forge())).toBe(200);
  });

  it("with alg=none", async () => {
    const none = `${base64url.encode(JSON.stringify({ alg: "none", typ: "at+jwt" }))}.${token.split(".")[1]}.`;
    expect(await statusWith(none)).toBe(401);
    expect(await statusWith(`${none}${token.split(".")[2]}`)).toBe(401);
  });

  it("signed HS256 with the public key as the secret", async () => {
    const { public_keys, signer } = await readKeySet(env);
    const secrets = [JSON.stringify(public_keys[0]), await exportSPKI((await importJWK(public_keys[0]!, "ES256")) as CryptoKey)];
    for (const secret of secrets) {
      const head = base64url.encode(JSON.stringify({ alg: "HS256", typ: "at+jwt", kid: signer.kid }));
      const signature = createHmac("sha256", secret)
        .update(`${head}.${token.split(".")[1]}`)
        .digest("base64url");
      expect(await statusWith(`${head}.${token.split(".")[1]}.${signature}`)).toBe(401);
    }
  });

  it("signed by somebody else's key, under an unknown kid or ours, or with that key in its header", async () => {
    const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
    const jwk = await exportJWK(publicKey);
    for (const header of [{ kid: "unknown" }, {}, { jwk }, { jku: "https://evil.example/jwks", kid: "evil" }, { kid: undefined }]) {
      expect(await statusWith(await forge({ key: privateKey, header }))).toBe(401);
    }
  });

  it.each<[string, () => Forgery]>([
    ["expired", () => ({ claims: { exp: now_s() - 10 } })],
    ["not yet valid", () => ({ claims: { nbf: now_s() + 60 } })],
    ["without an expiry", () => ({ claims: { exp: undefined } })],
    ["for another audience", () => ({ claims: { aud: "https://other.example/api" } })],
    ["for no audience", () => ({ claims: { aud: [] } })],
    ["of another issuer", () => ({ claims: { iss: "https://other.example" } })],
    ["of our issuer spelled otherwise", () => ({ claims: { iss: `${BASE_URL}/` } })],
    ["that is an id_token", () => ({ header: { typ: "JWT" } })],
    ["without a type", () => ({ header: { typ: undefined } })],
    ["of a grant that does not exist", () => ({ claims: { grant_id: "gra_01jd0000000000000000000000" } })],
    ["of another client", () => ({ claims: { client_id: "dcr_01jd0000000000000000000000" } })],
    ["for another account", () => ({ claims: { sub: "usr_01jd0000000000000000000000" } })],
    ["for nobody: a person's grant used as the client's own", () => ({ claims: { sub: client.client_id } })],
    ["for another organization", () => ({ claims: { organization: "org_01jd0000000000000000000000" } })],
    ["whose organization is no text", () => ({ claims: { organization: 7 } })],
  ])("%s", async (_what, forgery) => {
    expect(await statusWith(await forge(forgery()))).toBe(401);
  });

  it("for another organization that exists, whose member the same person is", async () => {
    const other = await createOrganization();
    await join(other, "owner", person.person);
    expect(await statusWith(await forge({ claims: { organization: other.id } }))).toBe(401);
  });

  it("that was tampered with, in any part", async () => {
    const [head, body, signature] = token.split(".") as [string, string, string];
    const wider = base64url.encode(JSON.stringify({ ...decodeJwt(token), scope: "products:read products:write organizations:delete" }));
    const flipped = signature.replace(/^./, (letter) => (letter === "A" ? "B" : "A"));
    for (const bad of [
      `${head}.${wider}.${signature}`,
      `${head}.${body}.${flipped}`,
      `${head}.${body}`,
      `${head}.${body}.`,
      `${head}.${body}.${signature}.x`,
    ])
      expect(await statusWith(bad)).toBe(401);
  });

  it("in the URL, where logs would keep it, and as X-API-Key", async () => {
    expect((await send("GET", `/api/v1/products?api_key=${token}`)).status).toBe(401);
    expect((await send("GET", `/api/v1/products?access_token=${token}`)).status).toBe(401);
    expect((await send("GET", "/api/v1/products", { headers: { "X-API-Key": token } })).status).toBe(401);
  });

  it("endless, with the same answer as every other", async () => {
    const reply = await send<ErrorBody>("GET", "/api/v1/products", { key: `eyJhbGciOiJFUzI1NiJ9.${"a".repeat(20_000)}.b` });
    expect([reply.status, reply.body.error.code]).toEqual([401, "UNAUTHENTICATED"]);
  });
});

describe("a token's scopes", () => {
  it("beyond the grant's open nothing, even under our own signature", async () => {
    const wider = await forge({ claims: { scope: "products:read webhooks:read organizations:delete" } });
    expect(await statusWith(wider)).toBe(200);
    expect((await send("GET", "/api/v1/webhooks", { key: wider })).status).toBe(403);
  });

  it("beyond the member's role are not granted, and are lost with the role at once", async () => {
    const member = await signedInMember(organization, "viewer");
    const asked = await tokenFor(member, "products:read products:write");
    expect(decodeJwt(asked).scope).toBe("products:read");
    expect(await statusWith(asked, "POST", { name: "X" })).toBe(403);
    const admin = await signedInMember(organization, "admin");
    const strong = await tokenFor(admin, "products:read products:write");
    expect(await statusWith(strong, "POST", { name: "X" })).toBe(201);
    await send("PATCH", `/api/v1/members/${admin.account_id}`, { key: organization.api_key, body: { role: "viewer" } });
    expect(await statusWith(strong, "POST", { name: "Y" })).toBe(403);
    expect(await statusWith(strong)).toBe(200);
  });

  it("beyond what an organization's client has left are lost at once", async () => {
    const own = await createClient(organization, { name: "Backend", scopes: ["products:read", "products:write"] });
    const reply = await send<{ access_token: string }>("POST", "/oauth/token", {
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ grant_type: "client_credentials", client_id: own.client_id, client_secret: own.client_secret }).toString(),
    });
    expect(await statusWith(reply.body.access_token, "POST", { name: "Z" })).toBe(201);
    await send("PATCH", `/api/v1/oauth-clients/${own.id}`, { key: organization.api_key, body: { scopes: ["products:read"] } });
    expect(await statusWith(reply.body.access_token, "POST", { name: "Z" })).toBe(403);
  });
});

describe("a token stops at the next request", () => {
  it("when its member is removed", async () => {
    const member = await signedInMember(organization, "member");
    const theirs = await tokenFor(member, "products:read");
    expect(await statusWith(theirs)).toBe(200);
    expect((await send("DELETE", `/api/v1/members/${member.account_id}`, { key: organization.api_key })).status).toBe(200);
    expect(await statusWith(theirs)).toBe(401);
  });

  it("when the organization suspends the client, and works again when it no longer does", async () => {
    const list = await send<{ data: { id: string; client_id: string }[] }>("GET", "/api/v1/oauth-clients?limit=100", { key: organization.api_key });
    const { id } = list.body.data.find(({ client_id }) => client_id === client.client_id)!;
    const suspend = (suspended: boolean) => send("PATCH", `/api/v1/oauth-clients/${id}`, { key: organization.api_key, body: { suspended } });
    expect((await suspend(true)).status).toBe(200);
    const refused = await send<ErrorBody>("GET", "/api/v1/products", { key: token });
    expect([refused.status, refused.body.error.message]).toEqual([403, "The organization has suspended this application; ask one of its admins"]);
    await suspend(false);
    expect(await statusWith(token)).toBe(200);
  });

  it("when its grant is revoked, by the organization or by the person", async () => {
    const first = await tokenFor(person, "products:read");
    await send("DELETE", `/api/v1/oauth-grants/${String(decodeJwt(first).grant_id)}`, { key: organization.api_key });
    expect(await statusWith(first)).toBe(401);
    const second = await tokenFor(person, "products:read");
    const [access] = (await callOrganization(env, organization.id, "grantsOf", { account_id: person.account_id }))!;
    await callOrganization(env, organization.id, "revokeAccess", { account_id: person.account_id, oauth_client_id: access!.oauth_client_id });
    expect(await statusWith(second)).toBe(401);
    token = await tokenFor(person, "products:read products:write");
  });

  it("when the operator revokes the key that signed it; others are signed by a new one", async () => {
    const { signer } = await readKeySet(env);
    const before = await tokenFor(person, "products:read");
    expect(await statusWith(before)).toBe(200);
    const revoked = await send<{ status: string }>("DELETE", `/api/v1/signing-keys/${signer.kid}`, { key: OPERATOR_TOKEN });
    expect([revoked.status, revoked.body.status]).toEqual([200, "revoked"]);
    expect(await statusWith(before)).toBe(401);
    expect(await statusWith(await tokenFor(person, "products:read"))).toBe(200);
    const set = await send<{ keys: { kid: string }[] }>("GET", "/.well-known/jwks.json");
    expect(set.body.keys.map(({ kid }) => kid)).not.toContain(signer.kid);
  });
});

describe("signing keys", () => {
  it("rotate with overlap: what the one before has signed still holds", async () => {
    const before = await tokenFor(person, "products:read");
    const rotated = await send<{ kid: string; status: string }>("POST", "/api/v1/signing-keys/rotate", {
      key: OPERATOR_TOKEN,
      body: { immediately: true },
    });
    expect([rotated.status, rotated.body.status]).toEqual([201, "signing"]);
    const after = await tokenFor(person, "products:read");
    expect((await readKeySet(env)).signer.kid).toBe(rotated.body.kid);
    expect([await statusWith(before), await statusWith(after)]).toEqual([200, 200]);
  });

  it("are published an hour before they sign, unless in a hurry", async () => {
    const { signer } = await readKeySet(env);
    const next = await send<{ kid: string; status: string }>("POST", "/api/v1/signing-keys/rotate", { key: OPERATOR_TOKEN, body: {} });
    expect(next.body.status).toBe("next");
    const keys = await readKeySet(env);
    expect(keys.signer.kid).toBe(signer.kid);
    expect(keys.kids.has(next.body.kid)).toBe(true);
  });

  it("never show their private part, and are the operator's alone", async () => {
    const list = await send("GET", "/api/v1/signing-keys", { key: OPERATOR_TOKEN });
    const set = await send("GET", "/.well-known/jwks.json");
    for (const body of [list.body, set.body]) expect(JSON.stringify(body)).not.toMatch(/"d"|private/);
    expect((await send("GET", "/api/v1/signing-keys", { key: organization.api_key })).status).toBe(403);
  });
});

describe("the directory's daily job", () => {
  it("makes the next key when the newest has signed for thirty days, an hour ahead", async () => {
    const directory = env.DIRECTORY.getByName("directory");
    const before = await readKeySet(env);
    await runInDurableObject(directory, (_actor, state) => {
      state.storage.sql.exec(
        "UPDATE signing_keys SET signs_from = signs_from - ?, created_at = created_at - ? WHERE revoked_at IS NULL",
        31 * DAY_MS,
        31 * DAY_MS,
      );
      state.storage.sql.exec("UPDATE signing_keys SET retires_at = NULL WHERE kid = ?", before.signer.kid);
      state.storage.sql.exec("UPDATE jobs SET run_at = 1 WHERE kind = 'maintenance.daily'");
    });
    await vi.waitFor(async () => {
      await runDurableObjectAlarm(directory);
      forgetKeySet();
      expect((await readKeySet(env)).kids.size).toBeGreaterThan(before.kids.size);
    });
    const list = await send<{ data: { status: string; kid: string }[] }>("GET", "/api/v1/signing-keys", { key: OPERATOR_TOKEN });
    expect(list.body.data.map(({ status }) => status)).toContain("next");
    expect((await readKeySet(env)).kids.has(before.signer.kid)).toBe(true);
  });
});
