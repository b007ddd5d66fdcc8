import { SCOPES } from "../../../domain/scopes.ts";
import type { AnyOperation } from "../../../domain/operation.ts";
import type { RestVersion } from "../versions/version.ts";
import { errorComponents } from "./errors.ts";
import { operationObject } from "./operation_object.ts";
import { tagOf } from "./tag.ts";
import { SchemaComponents } from "./schema_components.ts";

const TAG_DESCRIPTIONS: Record<string, string> = {
  organizations: "Tenants. The operator creates them; a key sees its own.",
  products: "The catalog that interactions refer to.",
  interactions: "What customers did: ingest, read, erase.",
  insights: "Figures computed from interactions, from rollups that every ingest keeps up to date.",
  exports: "Complete files of any range, made in the background.",
  events: "The organization's live event log.",
  api_keys: "Credentials, their scopes and limits.",
  members: "The people of the organization and their roles.",
  invitations: "Links that let somebody join.",
  oauth_clients: "Applications: the organization's own, and those that members let in.",
  oauth_grants: "What applications were granted, by whom.",
  webhooks: "Signed deliveries of events to your endpoints.",
  persisted_operations: "GraphQL operations that clients name by hash.",
  usage: "What each credential used and what remains.",
  audit: "Who changed what.",
  signing_keys: "The deployment's keys that sign tokens. Operator only.",
  account_recovery: "The way back into an account. Operator only.",
};

/** The OpenAPI 3.1 document of one REST version, made from the operations alone. */
export function openApiDocument(version: RestVersion, operations: readonly AnyOperation[], base_url: string): Record<string, unknown> {
  const schemas = new SchemaComponents(version);
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of operations) {
    const path = (paths[operation.rest.path] ??= {});
    path[operation.rest.method] = operationObject(version, operation, schemas);
  }
  const tags = [...new Set(operations.map(tagOf))];
  return {
    openapi: "3.1.0",
    info: {
      title: "CROW Integration API",
      version: version.name,
      description:
        'One live, isolated data service per organization. Every operation answers failures as `{"error": {"code", "message", "details"}}`; `/docs/errors` explains each code.',
    },
    servers: [{ url: `${base_url}/api/${version.name}` }],
    tags: tags.map((name) => ({ name, description: TAG_DESCRIPTIONS[name] ?? name })),
    security: [{ bearer: [] }, { api_key: [] }, { oauth2: [] }],
    paths,
    components: {
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer", description: `An API key (crow_live_…, crow_test_…). Scopes: ${Object.keys(SCOPES).join(", ")}` },
        api_key: { type: "apiKey", in: "header", name: "X-API-Key" },
        oauth2: {
          type: "oauth2",
          description: "Access tokens of applications. Everything a client needs is in /.well-known/oauth-authorization-server.",
          flows: {
            authorizationCode: {
              authorizationUrl: `${base_url}/oauth/authorize`,
              tokenUrl: `${base_url}/oauth/token`,
              refreshUrl: `${base_url}/oauth/token`,
              scopes: SCOPES,
            },
            clientCredentials: { tokenUrl: `${base_url}/oauth/token`, scopes: SCOPES },
          },
        },
      },
      ...errorComponents(),
      schemas: { ...schemas.all(), ...errorComponents().schemas },
    },
  };
}
