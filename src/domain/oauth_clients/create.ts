import * as z from "zod";
import { OperationError } from "../errors.ts";
import { AuthMethod, CLIENT_ID_PURPOSE, clientIdOf, GrantType } from "../oauth/client.ts";
import { defineOperation } from "../operation.ts";
import { OAUTH_CLIENTS_MAX, OAuthClientSettings, OAuthClientWithSecret } from "./oauth_client.ts";
import { checkClient, checkSettings, settingsColumns } from "./rules.ts";
import { liveFacts, toOAuthClient, writeOAuthClient, type OAuthClientRow } from "./rows.ts";
import { mintClientSecret, needsSecret } from "./secret.ts";

export const createOAuthClient = defineOperation({
  name: "oauth_clients.create",
  summary: "Register an OAuth client",
  description:
    "An application of the organization's own. Without redirect URIs it acts for itself (client credentials), with them for members who consent (authorization code with PKCE). A secret is answered this once; only its hash is kept.",
  effect: "create",
  scope: "oauth_clients:write",
  cost: 1,
  input: OAuthClientSettings.partial({ redirect_uris: true, jwks: true, jwks_uri: true }).extend({
    token_endpoint_auth_method: AuthMethod.default("client_secret_basic").describe(
      "How it proves itself; none for applications that can keep no secret",
    ),
    grant_types: z
      .array(GrantType)
      .min(1)
      .max(GrantType.options.length)
      .optional()
      .describe("Default client_credentials without redirect URIs, else authorization_code and refresh_token"),
  }),
  output: OAuthClientWithSecret,
  errors: ["CONFLICT"],
  examples: [
    { title: "A backend that acts for itself", input: { name: "Shop backend", scopes: ["interactions:write", "products:write"] } },
    {
      title: "A single-page application",
      input: {
        name: "Back office",
        token_endpoint_auth_method: "none",
        redirect_uris: ["https://office.example.com/callback"],
        scopes: ["insights:read", "products:read"],
      },
    },
  ],
  rest: { method: "post", path: "/oauth-clients", status: 201 },
  mcp: { confirm: "Register an OAuth client? Its secret, if it has one, will be shown in this conversation." },
  versioned: true,
  secret_outputs: ["client_secret"],
  handle(ctx, { token_endpoint_auth_method, grant_types, ...settings }) {
    checkSettings(ctx, settings);
    const { count } = ctx.db.one<{ count: number }>("SELECT count(*) AS count FROM oauth_clients WHERE external = 0")!;
    if (count >= OAUTH_CLIENTS_MAX)
      throw new OperationError("CONFLICT", `An organization has at most ${OAUTH_CLIENTS_MAX} clients of its own; delete one first`, {
        limit: OAUTH_CLIENTS_MAX,
      });
    const id = ctx.newId("cli");
    const secret = needsSecret(token_endpoint_auth_method) ? mintClientSecret(ctx, id) : null;
    const row: OAuthClientRow = {
      id,
      client_id: clientIdOf(id, ctx.organization.id, ctx.vault.sign(CLIENT_ID_PURPOSE, id)),
      external: 0,
      name: settings.name,
      client_uri: null,
      token_endpoint_auth_method,
      redirect_uris: "[]",
      grant_types: JSON.stringify([...new Set(grant_types ?? defaultGrantTypes(settings.redirect_uris))]),
      scopes: "[]",
      secret_hash: secret && secret.secret_hash,
      hint: secret && secret.hint,
      previous_secret_hash: null,
      previous_expires_at: null,
      jwks: null,
      jwks_uri: null,
      tier: null,
      rate_limit: null,
      suspended_at: null,
      last_used_at: null,
      created_at: ctx.now,
      updated_at: ctx.now,
      version: 1,
      ...settingsColumns(settings),
    };
    checkClient(row);
    writeOAuthClient(ctx.db, row);
    const client = toOAuthClient(row);
    ctx.record({ type: "oauth_client.created", subject: id, before: null, after: client, data: liveFacts(client) });
    return { ...client, client_secret: secret && secret.text };
  },
});

function defaultGrantTypes(redirect_uris: readonly string[] = []): GrantType[] {
  return redirect_uris.length > 0 ? ["authorization_code", "refresh_token"] : ["client_credentials"];
}
