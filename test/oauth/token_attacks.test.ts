// The guarantee: a code and a refresh token work once, for their client, with its proof; a second use ends everything they led to.
import { decodeJwt, exportJWK, generateKeyPair, SignJWT } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { BASE_URL, send, type Reply, type TestOrganization } from "../support/api.ts";
import {
  CALLBACK,
  createClient,
  exchangeCode,
  obtainCode,
  postForm,
  randomAddress,
  refresh,
  registerClient,
  scenario,
  signedInMember,
  VERIFIER,
  type CreatedClient,
  type ExchangeClient,
  type SignedInPerson,
  type TokenBody,
} from "./support.ts";

let organization: TestOrganization;
let person: SignedInPerson;
let client: ExchangeClient;
let own: CreatedClient;
beforeAll(async () => {
  ({ organization, person, client } = await scenario());
  own = await createClient(organization, { name: "Web app", redirect_uris: [CALLBACK], scopes: ["products:read", "products:write"] });
});

const opens = async (token: string | undefined): Promise<number> => (await send("GET", "/api/v1/products", { key: token! })).status;

describe("a code", () => {
  it("replayed is refused, and ends what it led to: access and refresh token", async () => {
    const code = await obtainCode(person, client.client_id);
    const first = (await exchangeCode(client, code)).body;
    expect(await opens(first.access_token)).toBe(200);
    const second = await exchangeCode(client, code);
    expect([second.status, second.body.error]).toEqual([400, "invalid_grant"]);
    expect(await opens(first.access_token)).toBe(401);
    expect((await refresh(client, first.refresh_token!)).body.error).toBe("invalid_grant");
  });

  it("works once under a race of twenty", async () => {
    const code = await obtainCode(person, client.client_id);
    const replies = await Promise.all(Array.from({ length: 20 }, () => exchangeCode(client, code)));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it("of another client is refused, and still works for its own", async () => {
    const other = await registerClient();
    const code = await obtainCode(person, client.client_id);
    expect((await exchangeCode(other, code)).body.error).toBe("invalid_grant");
    expect((await exchangeCode(own, code)).body.error).toBe("invalid_grant");
    expect((await exchangeCode(client, code)).status).toBe(200);
  });

  it.each([
    ["without a verifier", { code_verifier: undefined }],
    ["with a wrong verifier", { code_verifier: `${VERIFIER}x` }],
    ["with the challenge as verifier", { code_verifier: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM" }],
    ["with a short verifier", { code_verifier: "short" }],
    ["with another redirect URI", { redirect_uri: "https://evil.example/" }],
    ["with a longer redirect URI", { redirect_uri: `${CALLBACK}/` }],
  ])("is refused %s, and not used up", async (_what, changes) => {
    const code = await obtainCode(person, client.client_id);
    expect((await exchangeCode(client, code, changes)).body.error).toBe("invalid_grant");
    expect((await exchangeCode(client, code)).status).toBe(200);
  });

  it("is refused for a resource that was not authorized", async () => {
    const code = await obtainCode(person, client.client_id, { resource: `${BASE_URL}/api` });
    expect((await exchangeCode(client, code, { resource: BASE_URL })).body.error).toBe("invalid_target");
    expect((await exchangeCode(client, code, { resource: `${BASE_URL}/api` })).status).toBe(200);
  });

  it("that is forged in any place is refused", async () => {
    const code = await obtainCode(person, client.client_id);
    for (const bad of [`${code}x`, code.slice(0, -1), code.replace(/.$/, (letter) => (letter === "0" ? "1" : "0")), "crow_code_", "x".repeat(3_000)])
      expect((await exchangeCode(client, bad)).body.error).toBe("invalid_grant");
  });

  it("of a member who was removed meanwhile is refused", async () => {
    const member = await signedInMember(organization, "member");
    const code = await obtainCode(member, client.client_id);
    await send("DELETE", `/api/v1/members/${member.account_id}`, { key: organization.api_key });
    expect((await exchangeCode(client, code)).body.error).toBe("invalid_grant");
  });
});

describe("a refresh token", () => {
  const start = async (): Promise<Record<string, string | undefined>> =>
    (await exchangeCode(client, await obtainCode(person, client.client_id, { scope: "products:read insights:read" }))).body;

  it("replayed ends its whole family, the newest tokens too", async () => {
    const first = await start();
    const second = (await refresh(client, first.refresh_token!)).body;
    expect(await opens(second.access_token)).toBe(200);
    expect((await refresh(client, first.refresh_token!)).body.error).toBe("invalid_grant");
    expect(await opens(second.access_token)).toBe(401);
    expect((await refresh(client, second.refresh_token!)).body.error).toBe("invalid_grant");
    const { grant_id } = decodeJwt(second.access_token!);
    const audit = await send<{ data: { type: string; after: { reason: string } }[] }>("GET", `/api/v1/audit-log?subject=${String(grant_id)}`, {
      key: organization.api_key,
    });
    expect(audit.body.data[0]).toMatchObject({ type: "oauth_grant.revoked", after: { reason: "refresh_token_replayed" } });
  });

  it("sent twice at once works once, and ends its family: one of the two senders is not who it was given to", async () => {
    const first = await start();
    const both = await Promise.all([refresh(client, first.refresh_token!), refresh(client, first.refresh_token!)]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 400]);
    expect(await opens(both.find(({ status }) => status === 200)!.body.access_token)).toBe(401);
  });

  it("cannot widen the scope, can narrow it, and keeps what was granted for the next time", async () => {
    const first = await start();
    expect((await refresh(client, first.refresh_token!, { scope: "products:read products:write" })).body.error).toBe("invalid_scope");
    const narrow = (await refresh(client, first.refresh_token!, { scope: "products:read" })).body;
    expect(narrow.scope).toBe("products:read");
    expect((await refresh(client, narrow.refresh_token!)).body.scope).toBe("products:read insights:read");
  });

  it("of another client is refused without harm to its own", async () => {
    const other = await registerClient();
    const first = await start();
    expect((await refresh(other, first.refresh_token!)).body.error).toBe("invalid_grant");
    expect((await refresh(client, first.refresh_token!)).status).toBe(200);
  });

  it("of a removed member is refused", async () => {
    const member = await signedInMember(organization, "member");
    const tokens = (await exchangeCode(client, await obtainCode(member, client.client_id))).body;
    await send("DELETE", `/api/v1/members/${member.account_id}`, { key: organization.api_key });
    expect((await refresh(client, tokens.refresh_token!)).body.error).toBe("invalid_grant");
    expect(await opens(tokens.access_token)).toBe(401);
  });

  it("moves the end of its grant with every use, which an application without refresh tokens has after its one access token", async () => {
    const endOf = async (access_token: string): Promise<number> => {
      const grant_id = String(decodeJwt(access_token).grant_id);
      const list = await send<{ data: { id: string; expires_at: string }[] }>(
        "GET",
        `/api/v1/oauth-grants?account_id=${person.account_id}&limit=100`,
        { key: organization.api_key },
      );
      return (Date.parse(list.body.data.find(({ id }) => id === grant_id)!.expires_at) - Date.now()) / 60_000;
    };
    const first = await start();
    expect(await endOf(first.access_token!)).toBeGreaterThan(59 * 24 * 60);
    const once = await createClient(organization, {
      name: "Once",
      redirect_uris: [CALLBACK],
      grant_types: ["authorization_code"],
      scopes: ["products:read"],
    });
    const tokens = (await exchangeCode(once, await obtainCode(person, once.client_id))).body;
    expect(tokens.refresh_token).toBeUndefined();
    expect(await endOf(tokens.access_token!)).toBeLessThan(16);
  });

  it("gives no more than the role has left", async () => {
    const member = await signedInMember(organization, "member");
    const tokens = (await exchangeCode(client, await obtainCode(member, client.client_id, { scope: "products:read products:write" }))).body;
    await send("PATCH", `/api/v1/members/${member.account_id}`, { key: organization.api_key, body: { role: "viewer" } });
    expect((await refresh(client, tokens.refresh_token!)).body.scope).toBe("products:read");
  });
});

describe("a client", () => {
  const machine = (form: Record<string, string | undefined>, headers: Record<string, string> = {}) =>
    postForm("/oauth/token", { grant_type: "client_credentials", ...form }, headers);
  const basic = (client_id: string, secret: string): Record<string, string> => ({ Authorization: `Basic ${btoa(`${client_id}:${secret}`)}` });

  it("with its secret in the URL is refused, right as it is", async () => {
    const backend = await createClient(organization, { name: "Backend", scopes: ["products:read"] });
    const query = new URLSearchParams({ client_id: backend.client_id, client_secret: backend.client_secret });
    expect((await postForm(`/oauth/token?${query.toString()}`, { grant_type: "client_credentials" })).body.error).toBe("invalid_request");
    const ok = await machine({ client_id: backend.client_id, client_secret: backend.client_secret });
    expect(ok.status).toBe(200);
  });

  it("with no secret, a wrong one, another client's, or two ways at once is refused", async () => {
    const [backend, other] = [
      await createClient(organization, { name: "Backend", scopes: ["products:read"] }),
      await createClient(organization, { name: "Other", scopes: ["products:read"] }),
    ];
    expect((await machine({ client_id: backend.client_id })).body.error).toBe("invalid_client");
    expect((await machine({ client_id: backend.client_id, client_secret: "wrong" })).body.error).toBe("invalid_client");
    expect((await machine({ client_id: backend.client_id, client_secret: other.client_secret })).body.error).toBe("invalid_client");
    const wrong = await machine({}, basic(backend.client_id, other.client_secret));
    expect([wrong.status, wrong.headers.get("WWW-Authenticate")]).toEqual([401, 'Basic realm="CROW"']);
    expect(
      (await machine({ client_id: backend.client_id, client_secret: backend.client_secret }, basic(backend.client_id, backend.client_secret))).body
        .error,
    ).toBe("invalid_request");
  });

  it("that is public, or registered itself, gets nothing for itself", async () => {
    const open = await createClient(organization, {
      name: "Page",
      token_endpoint_auth_method: "none",
      redirect_uris: [CALLBACK],
      scopes: ["products:read"],
    });
    expect((await machine({ client_id: open.client_id })).body.error).toBe("unauthorized_client");
    expect((await machine({ client_id: client.client_id })).body.error).toBe("unauthorized_client");
    const confidential = await registerClient({ token_endpoint_auth_method: "client_secret_post" });
    expect((await machine({ client_id: confidential.client_id, client_secret: confidential.client_secret! })).body.error).toBe("unauthorized_client");
  });

  it("that registered a secret cannot leave it out at the code's exchange", async () => {
    const confidential = await registerClient({ token_endpoint_auth_method: "client_secret_post" });
    const code = await obtainCode(person, confidential.client_id);
    expect((await exchangeCode({ client_id: confidential.client_id }, code)).body.error).toBe("invalid_client");
    expect((await exchangeCode(confidential, code)).status).toBe(200);
  });

  it("rotated with an overlap works with both secrets, suspended with none", async () => {
    const backend = await createClient(organization, { name: "Backend", scopes: ["products:read"] });
    const rotated = await send<CreatedClient>("POST", `/api/v1/oauth-clients/${backend.id}/rotate-secret`, {
      key: organization.api_key,
      body: { overlap_s: 60 },
    });
    for (const client_secret of [backend.client_secret, rotated.body.client_secret])
      expect((await machine({ client_id: backend.client_id, client_secret })).status).toBe(200);
    await send("PATCH", `/api/v1/oauth-clients/${backend.id}`, { key: organization.api_key, body: { suspended: true } });
    expect((await machine({ client_id: backend.client_id, client_secret: rotated.body.client_secret })).body.error).toBe("invalid_client");
  });

  it("that guesses is told to wait, while whoever has the right secret gets in from the same address", async () => {
    const backend = await createClient(organization, { name: "Backend", scopes: ["products:read"] });
    const headers = { "CF-Connecting-IP": randomAddress() };
    const replies: Reply<TokenBody>[] = [];
    for (let attempt = 0; attempt < 62; attempt++) replies.push(await machine({ client_id: backend.client_id, client_secret: "guess" }, headers));
    expect(replies.map(({ status }) => status)).toEqual([...Array.from({ length: 60 }, () => 401), 429, 429]);
    expect(Number(replies.at(-1)!.headers.get("Retry-After"))).toBeGreaterThan(0);
    expect((await machine({ client_id: backend.client_id, client_secret: backend.client_secret }, headers)).status).toBe(200);
  });
});

describe("a client assertion (private_key_jwt)", () => {
  const TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
  let signer: CryptoKey;
  let public_jwk: Record<string, unknown>;
  let backend: CreatedClient;
  beforeAll(async () => {
    const pair = await generateKeyPair("ES256", { extractable: true });
    signer = pair.privateKey;
    public_jwk = { ...(await exportJWK(pair.publicKey)), kid: "k1" };
    backend = await createClient(organization, {
      name: "Signer",
      token_endpoint_auth_method: "private_key_jwt",
      jwks: { keys: [public_jwk] },
      scopes: ["products:read"],
    });
  });

  const sign = (claims: Record<string, unknown> = {}, key: CryptoKey | Uint8Array = signer, alg = "ES256"): Promise<string> =>
    new SignJWT({
      iss: backend.client_id,
      sub: backend.client_id,
      aud: BASE_URL,
      jti: crypto.randomUUID(),
      exp: Math.floor(Date.now() / 1_000) + 60,
      ...claims,
    })
      .setProtectedHeader({ alg, kid: "k1" })
      .sign(key);
  const present = (client_assertion: string, changes: Record<string, string> = {}) =>
    postForm("/oauth/token", { grant_type: "client_credentials", client_assertion, client_assertion_type: TYPE, ...changes });

  it("opens once; the same one again is refused", async () => {
    const assertion = await sign();
    expect((await present(assertion)).status).toBe(200);
    expect((await present(assertion)).body.error).toBe("invalid_client");
  });

  it.each<[string, () => Promise<string>]>([
    ["for another server", () => sign({ aud: "https://other.example/token" })],
    ["about another client", () => sign({ sub: own.client_id })],
    ["by another issuer", () => sign({ iss: own.client_id })],
    ["that has expired", () => sign({ exp: Math.floor(Date.now() / 1_000) - 60 })],
    ["that lives for hours", () => sign({ exp: Math.floor(Date.now() / 1_000) + 7_200 })],
    ["without an id", () => sign({ jti: undefined })],
    ["by another key", async () => sign({}, (await generateKeyPair("ES256")).privateKey)],
    ["by a symmetric key", () => sign({}, new TextEncoder().encode("x".repeat(32)), "HS256")],
  ])("%s is refused", async (_what, assertion) => {
    expect((await present(await assertion())).body.error).toBe("invalid_client");
  });

  it("that came with a request that was refused for something else is used up too", async () => {
    const assertion = await sign();
    expect((await present(assertion, { scope: "products:write" })).body.error).toBe("invalid_scope");
    expect((await present(assertion)).body.error).toBe("invalid_client");
  });

  it("is checked by keys read from the client's own address, kept for a while", async () => {
    const jwks_uri = `https://${crypto.randomUUID()}.documents.example/jwks`;
    const remote = await createClient(organization, {
      name: "Remote keys",
      token_endpoint_auth_method: "private_key_jwt",
      jwks_uri,
      scopes: ["products:read"],
    });
    const claims = { iss: remote.client_id, sub: remote.client_id };
    expect((await present(await sign(claims))).body.error).toBe("invalid_client");
    const second = `${jwks_uri}2`;
    await fetch(second, { method: "PUT", body: JSON.stringify({ body: JSON.stringify({ keys: [public_jwk] }) }) });
    await send("PATCH", `/api/v1/oauth-clients/${remote.id}`, { key: organization.api_key, body: { jwks_uri: second } });
    for (let round = 0; round < 3; round++) expect((await present(await sign(claims))).status).toBe(200);
    const reads = (await (await fetch("https://x.documents.example/reads")).json()) as Record<string, number>;
    expect(reads[second]).toBe(1);
  });

  it("of a type we do not know is refused, and a secret does not replace it", async () => {
    expect((await present(await sign(), { client_assertion_type: "urn:saml" })).body.error).toBe("invalid_request");
    expect((await postForm("/oauth/token", { grant_type: "client_credentials", client_id: backend.client_id })).body.error).toBe("invalid_client");
  });
});

describe("the token endpoint", () => {
  it.each([
    ["an unknown grant type", { grant_type: "password", username: "a", password: "b" }, {}, "unsupported_grant_type"],
    ["no grant type", {}, {}, "invalid_request"],
    ["JSON", { grant_type: "client_credentials" }, { "Content-Type": "application/json" }, "invalid_request"],
    ["no client", { grant_type: "client_credentials" }, {}, "invalid_client"],
    ["broken Basic", { grant_type: "client_credentials" }, { Authorization: "Basic !!!" }, "invalid_client"],
  ])("refuses %s", async (_what, form, headers, error) => {
    expect((await postForm("/oauth/token", form as Record<string, string>, headers as Record<string, string>)).body.error).toBe(error);
  });

  it("answers what must not be kept, and says how to call it", async () => {
    const reply = await send("GET", "/oauth/token");
    expect([reply.status, reply.headers.get("Allow")]).toEqual([405, "POST"]);
    const tokens = await postForm("/oauth/token", { grant_type: "client_credentials", client_id: own.client_id, client_secret: own.client_secret });
    expect(tokens.headers.get("Cache-Control")).toBe("no-store");
    const huge = await postForm("/oauth/token", { grant_type: "client_credentials", x: "y".repeat(40_000) });
    expect(huge.body.error).toBe("invalid_request");
  });
});
