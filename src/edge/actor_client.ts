import { actorOf, directoryActor, documentsByText, executeByText, liveNameOf, organizationActor } from "../actors/rpc.ts";
import { refusedDocuments, type DocumentRequest, type DocumentResult } from "../domain/documents.ts";
import type { Failure } from "../domain/errors.ts";
import type { Call, ExecuteRequest, ExecuteResult } from "../domain/execute.ts";
import { mcpAnswerFromText } from "../domain/mcp/answer_text.ts";
import { refusedMcp, type McpAnswer, type McpCommand } from "../domain/mcp/command.ts";
import type { Credential } from "../domain/principal.ts";
import { DEPLOYMENT_OPERATIONS, OPERATIONS_BY_NAME } from "../domain/registry.ts";
import { operatorNeedsOrganization } from "./failures.ts";
import { ExhaustedKeys } from "./exhausted_keys.ts";
import { InvalidCredentials } from "./invalid_credentials.ts";
import { reachActor } from "./reach_actor.ts";

const exhausted = new ExhaustedKeys();
const invalid = new InvalidCredentials();

/** One RPC to the right actor; an unreachable actor is an outcome too. */
export async function executeOnActor(env: Env, request: ExecuteRequest, organization_id: string | undefined): Promise<ExecuteResult> {
  const { credential, calls } = request;
  const bucket = bucketOf(credential);
  const refusal = bucket && exhausted.refusal(bucket, Date.now());
  if (refusal) return { ...allFail(calls, refusal.failure), limit: refusal.limit, retry_after_s: refusal.retry_after_s };
  const operations = calls.map(({ operation }) => operation);
  const actor = findActor(env, credential, operations, organization_id);
  if (!actor) return allFail(calls, operatorNeedsOrganization("in this header"));
  const result = await reachActor(() => executeByText(actor, request), calls.every(isRepeatable), request.request_id);
  if ("unreachable" in result) return allFail(calls, result.unreachable);
  if (bucket) exhausted.note(bucket, result, Date.now());
  return result;
}

/** The same for documents of a query language. The operator's go to the directory when they ask for nothing that is one organization's. */
export async function documentsOnActor(env: Env, request: DocumentRequest, organization_id: string | undefined): Promise<DocumentResult> {
  const { credential, documents } = request;
  const refusal = knownRefusal(credential, Date.now());
  if (refusal) return refusal;
  const operations = documents.flatMap((document) => document.operations);
  if (credential.kind === "operator" && isMixture(operations)) return refusedDocuments(mixture());
  const actor = findActor(env, credential, operations, organization_id);
  if (!actor) return refusedDocuments(operatorNeedsOrganization("in this header"));
  const repeatable = documents.every(({ kind, idempotency_key }) => kind === "query" || idempotency_key !== undefined);
  const result = await reachActor(() => documentsByText(actor, request), repeatable, request.request_id);
  if ("unreachable" in result) return refusedDocuments(result.unreachable);
  invalid.note(credential, result.failure, Date.now());
  const bucket = bucketOf(credential);
  if (bucket) exhausted.note(bucket, result, Date.now());
  return result;
}

/** The same for one message of a model's client. */
export async function mcpOnActor(env: Env, command: McpCommand, name: string): Promise<McpAnswer> {
  const { credential } = command;
  const text = JSON.stringify(command);
  const answer = await reachActor(() => organizationActor(env, name).mcpText(text), isRepeatableMcp(command), command.request_id);
  if (typeof answer !== "string") return refusedMcp(answer.unreachable);
  const result = mcpAnswerFromText(answer);
  invalid.note(credential, result.failure, Date.now());
  const bucket = bucketOf(credential);
  if (bucket) exhausted.note(bucket, result, Date.now());
  return result;
}

/** Why nothing of this caller would run, as the edge knows it by memory; null when the actor has to be asked. */
export function knownRefusal(credential: Credential, now_ms: number): DocumentResult | null {
  const failure = invalid.failure(credential, now_ms);
  if (failure) return refusedDocuments(failure);
  const bucket = bucketOf(credential);
  const refusal = bucket && exhausted.refusal(bucket, now_ms);
  return refusal ? { ...refusedDocuments(refusal.failure), limit: refusal.limit, retry_after_s: refusal.retry_after_s } : null;
}

/** Whose bucket may be remembered as empty: a key's, or a client's for one member (members share a client's bucket or not, as the organization has it). */
function bucketOf(credential: Credential): string | null {
  if (credential.kind === "operator") return null;
  return credential.kind === "api_key" ? credential.key_id : `${credential.organization_id} ${credential.client_id} ${credential.account_id ?? ""}`;
}

type ExecutingActor = Parameters<typeof executeByText>[0] & Parameters<typeof documentsByText>[0];

const DIRECTORY_OPERATIONS: ReadonlySet<string> = new Set(DEPLOYMENT_OPERATIONS.map(({ name }) => name));

/** A credential's organization, or for the operator the one that the request names. */
function findActor(env: Env, credential: Credential, operations: readonly string[], organization_id: string | undefined): ExecutingActor | null {
  if (credential.kind === "operator" && operations.every((name) => DIRECTORY_OPERATIONS.has(name))) return directoryActor(env);
  const name = actorOf(credential) ?? organization_id;
  // A sandbox is reached by its test keys alone.
  return name === undefined || (credential.kind === "operator" && liveNameOf(name) !== null) ? null : organizationActor(env, name);
}

/** Whether some are the deployment's and others an organization's: different actors run them, and one request has one. */
function isMixture(operations: readonly string[]): boolean {
  const deployment = operations.filter((name) => DIRECTORY_OPERATIONS.has(name)).length;
  return deployment > 0 && deployment < operations.length;
}

/** A read, or a write that its Idempotency-Key makes safe to send twice. */
function isRepeatable(call: Call): boolean {
  return call.idempotency_key !== undefined || OPERATIONS_BY_NAME.get(call.operation)?.effect === "read";
}

/** What changes nothing, or may be done twice. A session that was opened and never told of ends by itself. */
function isRepeatableMcp(command: McpCommand): boolean {
  if (command.type === "respond") return false;
  return command.type !== "request" || command.request.method !== "tools/call" || command.request.idempotency_key !== undefined;
}

function allFail(calls: Call[], failure: Failure): ExecuteResult {
  return { outcomes: calls.map(() => ({ ok: false, failure })), limit: null, retry_after_s: null, rows_read: 0, rows_written: 0 };
}

function mixture(): Failure {
  return {
    code: "VALIDATION_ERROR",
    message: "The deployment's operations and an organization's cannot be in one request; send two",
    details: { field: "query", expected: "either the deployment's operations or an organization's" },
  };
}
