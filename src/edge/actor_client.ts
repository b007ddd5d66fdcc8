import { actorOf, directoryActor, executeByText, liveNameOf, organizationActor } from "../actors/rpc.ts";
import type { Failure } from "../domain/errors.ts";
import type { Call, ExecuteRequest, ExecuteResult } from "../domain/execute.ts";
import type { Credential } from "../domain/principal.ts";
import { DEPLOYMENT_OPERATIONS, OPERATIONS_BY_NAME } from "../domain/registry.ts";
import { ExhaustedKeys } from "./exhausted_keys.ts";

const ACTOR_TIMEOUT_MS = 30_000;
const exhausted = new ExhaustedKeys();

/** One RPC to the right actor; an unreachable actor is an outcome too. */
export async function executeOnActor(env: Env, request: ExecuteRequest, organization_id: string | undefined): Promise<ExecuteResult> {
  const { credential, calls } = request;
  const bucket = bucketOf(credential);
  const refusal = bucket && exhausted.refusal(bucket, calls.length, Date.now());
  if (refusal) return refusal;
  const actor = findActor(env, credential, calls, organization_id);
  if (!actor) return allFail(calls, operatorNeedsOrganization());
  const result = await callActor(actor, request);
  if (bucket) exhausted.note(bucket, result, Date.now());
  return result;
}

/** Whose bucket may be remembered as empty: a key's, or a client's for one member (members share a client's bucket or not, as the organization has it). */
function bucketOf(credential: Credential): string | null {
  if (credential.kind === "operator") return null;
  return credential.kind === "api_key" ? credential.key_id : `${credential.organization_id} ${credential.client_id} ${credential.account_id ?? ""}`;
}

type ExecutingActor = Parameters<typeof executeByText>[0];

const DIRECTORY_OPERATIONS: ReadonlySet<string> = new Set(DEPLOYMENT_OPERATIONS.map(({ name }) => name));

/** A credential's organization, or for the operator the one that the request names. */
function findActor(env: Env, credential: Credential, calls: Call[], organization_id: string | undefined): ExecutingActor | null {
  if (credential.kind === "operator" && calls.every((call) => DIRECTORY_OPERATIONS.has(call.operation))) return directoryActor(env);
  const name = actorOf(credential) ?? organization_id;
  // A sandbox is reached by its test keys alone.
  return name === undefined || (credential.kind === "operator" && liveNameOf(name) !== null) ? null : organizationActor(env, name);
}

async function callActor(actor: ExecutingActor, request: ExecuteRequest): Promise<ExecuteResult> {
  try {
    return await withTimeout(executeByText(actor, request));
  } catch (error) {
    if (isRetryable(error) && request.calls.every(isRepeatable)) {
      try {
        return await withTimeout(executeByText(actor, request));
      } catch (second) {
        return unavailable(request, second);
      }
    }
    return unavailable(request, error);
  }
}

/** A read, or a write that its Idempotency-Key makes safe to send twice. */
function isRepeatable(call: Call): boolean {
  return call.idempotency_key !== undefined || OPERATIONS_BY_NAME.get(call.operation)?.effect === "read";
}

/** Set by the runtime on errors that never reached the actor; an overloaded actor must not be hit again. */
function isRetryable(error: unknown): boolean {
  return error instanceof Error && (error as { retryable?: boolean }).retryable === true && (error as { overloaded?: boolean }).overloaded !== true;
}

function unavailable(request: ExecuteRequest, error: unknown): ExecuteResult {
  console.error(
    JSON.stringify({
      level: "error",
      request_id: request.request_id,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    }),
  );
  return allFail(request.calls, {
    code: "UNAVAILABLE",
    message: "The organization's service cannot answer right now; retry in a moment",
    details: { retry_after_s: 1 },
  });
}

function allFail(calls: Call[], failure: Failure): ExecuteResult {
  return { outcomes: calls.map(() => ({ ok: false, failure })), limit: null, retry_after_s: null, rows_read: 0, rows_written: 0 };
}

function operatorNeedsOrganization(): Failure {
  return {
    code: "VALIDATION_ERROR",
    message: "The operator must name the organization",
    details: { field: "X-Organization-Id", expected: "the organization's id in this header" },
  };
}

async function withTimeout<Result>(work: Promise<Result>): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer from the actor within ${ACTOR_TIMEOUT_MS} ms`)), ACTOR_TIMEOUT_MS);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
