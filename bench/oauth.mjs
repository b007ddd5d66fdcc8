// Access tokens: how fast one is accepted at the edge, beside an API key and beside Fastify + jose, and how fast they are issued, beside oidc-provider.
import { measure } from "./load.mjs";
import { startOidcProvider } from "./servers.mjs";

/** More than either server remembers as verified (5,000): in turn, each of them has been forgotten when it comes again. */
const TOKENS = 6_000;
const SCOPE = "products:read";

export async function measureOAuth({ ours, plain, pace, say }) {
  const { api_key } = await ours.organization("Tokens");
  const client = await ours.request("POST", "/api/v1/oauth-clients", { name: "Backend", scopes: [SCOPE] }, api_key);
  const provider = await startOidcProvider();
  try {
    const issue = await measureIssue(
      [
        { ...client, origin: ours.origin, path: "/oauth/token" },
        { ...provider, path: "/token" },
      ],
      pace,
      say,
    );
    say(`minting ${TOKENS} tokens`);
    const tokens = await mint(ours.origin, client, TOKENS);
    return [...(await measureVerification({ ours, plain, api_key, tokens, pace, say })), issue];
  } finally {
    provider.stop();
  }
}

/** The same read with a key, with one token again and again, and with another token each time. The plain stack takes the very same tokens. */
async function measureVerification({ ours, plain, api_key, tokens, pace, say }) {
  const make = async (origin, path, key) => {
    const response = await fetch(origin + path, {
      method: "POST",
      headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
      body: JSON.stringify({ title: "Mug", price: { amount: 799, currency: "USD" } }),
    });
    return `${path}/${(await response.json()).id}`;
  };
  const paths = { ours: await make(ours.origin, "/api/v2/products", api_key), plain: await make(plain.origin, "/products", plain.key) };
  const credentials = [
    ["read one product with an API key", (server) => () => (server === ours ? api_key : plain.key)],
    ["… with the same access token again and again", () => () => tokens[0]],
    ["… with another access token each time", () => inTurn(tokens)],
  ];
  const rows = credentials.map(([name, next]) => ({
    name,
    ours: { origin: ours.origin, path: paths.ours, next: next(ours) },
    plain: { origin: plain.origin, path: paths.plain, next: next(plain) },
  }));
  say("verification of access tokens");
  const targets = rows.flatMap((row) => [row.ours, row.plain]);
  const results = await measure(targets, ({ path, next }) => ({ method: "GET", path, headers: { authorization: `Bearer ${next()}` } }), pace);
  const rate = (target) => results.get(target).per_s;
  return rows.map(({ name, ...row }, index) =>
    toRow(name, rate(row.ours), rate(row.plain), "Fastify + jose", index > 0 && [rate(rows[0].ours), rate(rows[0].plain)]),
  );
}

async function measureIssue([ours, provider], pace, say) {
  say("issue of client-credential tokens");
  const results = await measure(
    [ours, provider],
    (server) => ({ method: "POST", path: server.path, headers: FORM, body: tokenRequest(server) }),
    pace,
  );
  return toRow("issue of a client-credential token", results.get(ours).per_s, results.get(provider).per_s, "oidc-provider", false);
}

const FORM = { "content-type": "application/x-www-form-urlencoded" };

function tokenRequest({ client_id, client_secret }) {
  return new URLSearchParams({ grant_type: "client_credentials", client_id, client_secret, scope: SCOPE }).toString();
}

async function mint(origin, client, count) {
  const body = tokenRequest(client);
  const tokens = [];
  while (tokens.length < count) {
    const answers = Array.from({ length: 50 }, () => fetch(`${origin}/oauth/token`, { method: "POST", headers: FORM, body }));
    for (const answer of await Promise.all(answers)) tokens.push((await answer.json()).access_token);
  }
  return tokens;
}

function inTurn(values) {
  let index = 0;
  return () => values[index++ % values.length];
}

function toRow(name, ours, other, by, keys) {
  const [ours_to_key, other_to_key] = keys ? [(ours / keys[0]).toFixed(2), (other / keys[1]).toFixed(2)] : ["", ""];
  return { name, ratio: (ours / other).toFixed(2), ours_to_key, other_to_key, ours: Math.round(ours), other: Math.round(other), by };
}
