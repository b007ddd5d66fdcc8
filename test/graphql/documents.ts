import { env } from "cloudflare:workers";
import { directoryActor, documentsByText, organizationActor } from "../../src/actors/rpc.ts";
import { parseApiKey } from "../../src/actors/secrets/api_key_format.ts";
import type { Document, DocumentRequest, DocumentResult } from "../../src/domain/documents.ts";
import type { Credential } from "../../src/domain/principal.ts";
import { graphqlExecutor } from "../../src/protocols/graphql/executor.ts";
import { BASE_URL, send, type TestOrganization } from "../support/api.ts";

export interface GraphqlError {
  message: string;
  path?: (string | number)[];
  extensions: { code: string; details: Record<string, unknown> };
}

export interface GraphqlAnswer {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read what they asked for
  data: any;
  errors?: GraphqlError[];
  extensions?: Record<string, unknown>;
}

type Options = Partial<Pick<Document, "variables" | "idempotency_key" | "operation_name" | "cost">> & { key?: string };

/** A document as the edge would send it on. */
export function documentOf(query: string, { variables = {}, operation_name = null, cost = 1, idempotency_key }: Options = {}): Document {
  const kind = /^\s*(mutation|subscription)\b/.exec(query)?.[1] ?? "query";
  return {
    query,
    operation_name,
    variables,
    kind: kind as Document["kind"],
    operations: [],
    cost,
    ...(idempotency_key === undefined ? {} : { idempotency_key }),
  };
}

/** Runs documents on the organization's actor, without the edge. */
export async function runAll(organization: TestOrganization, documents: Document[], key = organization.api_key): Promise<DocumentResult> {
  return documentsByText(organizationActor(env, organization.id), requestOf(documents, parseApiKey(key, env.CROW_SECRET)!));
}

function requestOf(documents: Document[], credential: Credential): DocumentRequest {
  return {
    credential,
    documents,
    schema_hash: graphqlExecutor.schema_hash,
    protocol: "graphql",
    request_id: "req_test",
    ip: null,
    origin: null,
    base_url: BASE_URL,
  };
}

/** Runs one document as the operator, on the directory. */
export async function runAsOperator(query: string): Promise<GraphqlAnswer> {
  const { results } = await documentsByText(directoryActor(env), requestOf([documentOf(query)], { kind: "operator" }));
  return JSON.parse(results[0]!) as GraphqlAnswer;
}

/** Runs one document and reads its answer. */
export async function run(organization: TestOrganization, query: string, options: Options = {}): Promise<GraphqlAnswer> {
  const { failure, results } = await runAll(organization, [documentOf(query, options)], options.key);
  if (failure) throw new Error(`${failure.code}: ${failure.message}`);
  return JSON.parse(results[0]!) as GraphqlAnswer;
}

/** The data of a document that must not fail. */
export async function dataOf(organization: TestOrganization, query: string, options: Options = {}): Promise<GraphqlAnswer["data"]> {
  const { data, errors } = await run(organization, query, options);
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

/** A key of the organization with these scopes alone. */
export async function keyWith(organization: TestOrganization, scopes: string[]): Promise<string> {
  const reply = await send<{ key: string }>("POST", "/api/v1/api-keys", { key: organization.api_key, body: { name: "Limited", scopes } });
  if (reply.status !== 201) throw new Error(JSON.stringify(reply.body));
  return reply.body.key;
}
