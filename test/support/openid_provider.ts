import { createHash, randomUUID } from "node:crypto";
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from "jose";

export const PROVIDER = "https://login.provider.example";
export const PROVIDER_CLIENT = { id: "crow-at-provider", secret: "a secret with: colon and ü" };

/** Who signs in at the provider, and how it then misbehaves. */
export interface ProviderPerson {
  sub: string;
  email?: string;
  email_verified?: unknown;
  name?: string;
  /** Claims that replace the right ones in the id_token. */
  claims?: Record<string, unknown>;
  /** Sign with a key that the provider does not publish. */
  wrong_key?: boolean;
  /** Leave the e-mail to the userinfo endpoint. */
  by_userinfo?: boolean;
}

interface Code {
  person: ProviderPerson;
  nonce: string;
  challenge: string;
  redirect_uri: string;
}

const codes = new Map<string, Code>();
const people = new Map<string, ProviderPerson>();
let keys: { published: CryptoKey; other: CryptoKey; jwk: object } | null = null;

/** A small OpenID provider: code flow with PKCE. The person comes as JSON in `test_person` of the authorization request, as if they had just signed in. */
export async function openIdProvider(request: Request, url: URL): Promise<Response> {
  keys ??= await makeKeys();
  switch (url.pathname) {
    case "/.well-known/openid-configuration":
      return Response.json({
        issuer: PROVIDER,
        authorization_endpoint: `${PROVIDER}/authorize`,
        token_endpoint: `${PROVIDER}/token`,
        userinfo_endpoint: `${PROVIDER}/userinfo`,
        jwks_uri: `${PROVIDER}/keys`,
        id_token_signing_alg_values_supported: ["ES256"],
        authorization_response_iss_parameter_supported: true,
      });
    case "/keys":
      return Response.json({ keys: [keys.jwk] });
    case "/authorize":
      return authorize(url.searchParams);
    case "/token":
      return token(request, new URLSearchParams(await request.text()));
    case "/userinfo": {
      const person = people.get(request.headers.get("Authorization")?.replace("Bearer ", "") ?? "");
      return person
        ? Response.json({ sub: person.sub, email: person.email, email_verified: person.email_verified, name: person.name })
        : new Response(null, { status: 401 });
    }
    default:
      return new Response(null, { status: 404 });
  }
}

function authorize(query: URLSearchParams): Response {
  if (query.get("client_id") !== PROVIDER_CLIENT.id || query.get("code_challenge_method") !== "S256") return new Response(null, { status: 400 });
  const code = randomUUID();
  codes.set(code, {
    person: JSON.parse(query.get("test_person")!) as ProviderPerson,
    nonce: query.get("nonce")!,
    challenge: query.get("code_challenge")!,
    redirect_uri: query.get("redirect_uri")!,
  });
  const back = new URL(query.get("redirect_uri")!);
  back.search = new URLSearchParams({ code, state: query.get("state")!, iss: PROVIDER }).toString();
  return new Response(null, { status: 302, headers: { Location: back.href } });
}

async function token(request: Request, form: URLSearchParams): Promise<Response> {
  const [id, secret] = Buffer.from(request.headers.get("Authorization")?.replace("Basic ", "") ?? "", "base64")
    .toString()
    .split(":")
    .map(formDecode);
  if (id !== PROVIDER_CLIENT.id || secret !== PROVIDER_CLIENT.secret) return Response.json({ error: "invalid_client" }, { status: 401 });
  const code = codes.get(form.get("code") ?? "");
  codes.delete(form.get("code") ?? "");
  const challenge = createHash("sha256")
    .update(form.get("code_verifier") ?? "")
    .digest("base64url");
  if (!code || code.challenge !== challenge || code.redirect_uri !== form.get("redirect_uri"))
    return Response.json({ error: "invalid_grant" }, { status: 400 });
  const { person } = code;
  const access_token = randomUUID();
  people.set(access_token, person);
  const shown = person.by_userinfo ? {} : { email: person.email, email_verified: person.email_verified, name: person.name };
  const now = Math.floor(Date.now() / 1_000);
  const claims = {
    iss: PROVIDER,
    aud: PROVIDER_CLIENT.id,
    sub: person.sub,
    nonce: code.nonce,
    iat: now,
    exp: now + 300,
    auth_time: now,
    ...shown,
    ...person.claims,
  };
  const id_token = await new SignJWT(claims).setProtectedHeader({ alg: "ES256", kid: "one" }).sign(person.wrong_key ? keys!.other : keys!.published);
  return Response.json({ access_token, token_type: "Bearer", expires_in: 300, id_token });
}

/** RFC 6749, 2.3.1: both halves of the Basic credentials are form-encoded. */
function formDecode(text: string): string {
  return decodeURIComponent(text.replaceAll("+", " "));
}

async function makeKeys(): Promise<NonNullable<typeof keys>> {
  const [published, other] = await Promise.all([generateKeyPair("ES256"), generateKeyPair("ES256")]);
  return {
    published: published.privateKey,
    other: other.privateKey,
    jwk: { ...(await exportJWK(published.publicKey)), kid: "one", alg: "ES256", use: "sig" },
  };
}
