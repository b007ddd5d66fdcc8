import { actorOf } from "../../actors/rpc.ts";
import type { DocumentRequest } from "../../domain/documents.ts";
import type { Credential } from "../../domain/principal.ts";
import type { GraphqlBindings } from "../../protocols/graphql/bindings.ts";
import { graphqlExecutor } from "../../protocols/graphql/executor.ts";
import { documentsOnActor } from "../actor_client.ts";
import { baseUrlOf } from "../base_url.ts";
import { callerAddress } from "../caller_address.ts";
import { forgetKeySet } from "../oauth/key_set.ts";
import type { RequestLog } from "../request_context.ts";
import { openLive } from "./open_live.ts";
import { findOperation, rememberOperation } from "./persisted_operations.ts";
import { callerOf } from "../caller.ts";
import { noteRefusedDocument, refusalOf } from "./refused_documents.ts";

/** Operations that the log line names. */
const LOGGED_OPERATIONS = 5;

/** What GraphQL may do for this caller, whatever it comes over. */
export function graphqlBindings(env: Env, request: Request, credential: Credential, log: RequestLog): GraphqlBindings {
  const envelope: Omit<DocumentRequest, "documents"> = {
    credential,
    protocol: "graphql",
    request_id: log.request_id,
    ip: callerAddress(request),
    origin: request.headers.get("Origin"),
    base_url: baseUrlOf(request, env),
    schema_hash: graphqlExecutor.schema_hash,
  };
  const named = credential.kind === "operator" ? (request.headers.get("X-Organization-Id") ?? undefined) : undefined;
  const actor = actorOf(credential) ?? named;
  return {
    async execute(documents) {
      const started = Date.now();
      if (named !== undefined) log.organization_id = named;
      const operations = [...new Set(documents.flatMap((document) => document.operations))];
      log.operation = operations.slice(0, LOGGED_OPERATIONS).join(",") || null;
      const result = await documentsOnActor(env, { ...envelope, documents }, named);
      log.actor_ms += Date.now() - started;
      log.rows_read += result.rows_read;
      log.rows_written += result.rows_written;
      log.error = result.failure?.code ?? null;
      const required = result.failure?.details.required_scope;
      log.required_scope = typeof required === "string" ? required : null;
      if (operations.some((operation) => operation.startsWith("signing_keys."))) forgetKeySet();
      return result;
    },
    refusal: () => refusalOf(credential),
    noteRefused: () => noteRefusedDocument(credential),
    openLive: (again) => openLive(env, { ...envelope, again }, actor),
    persistedOperation: (sha256) =>
      actor === undefined ? Promise.resolve(null) : findOperation(env, { actor, caller: callerOf(credential) }, sha256, log.request_id),
    rememberOperation: (sha256, query) => {
      if (actor !== undefined) rememberOperation(actor, sha256, query);
    },
  };
}

/** Whether this deployment tells its schema to who asks. */
export function introspectionAllowed(env: Env): boolean {
  return env.INTROSPECTION !== "off";
}
