import type { DocumentRequest, DocumentResult } from "../domain/documents.ts";
import type { Failure } from "../domain/errors.ts";
import type { ExecuteRequest, ExecuteResult } from "../domain/execute.ts";
import type { DescribedClient } from "../domain/oauth/client_metadata.ts";
import type { ClientProof } from "../domain/oauth/exchange.ts";
import type { Provisioning } from "../domain/organizations/new_row.ts";
import type { OrganizationRow } from "../domain/organizations/rows.ts";
import type { Credential } from "../domain/principal.ts";
import type { RateLimits } from "../domain/tiers.ts";
import type { Grant } from "./core/engine.ts";
import type { ForgottenPerson } from "./directory/people.ts";
import type { KeySet } from "./directory/signing_keys.ts";
import type { KeptClient } from "./oauth_clients/actor.ts";

/** Carries the StreamRequest of an inner socket. */
export const STREAM_HEADER = "X-Crow-Stream";
/** Carries the LiveOpening of an inner socket, as `writeOpening` writes it. */
export const LIVE_HEADER = "X-Crow-Live";
/** Carries the McpOpening of an inner socket, likewise. */
export const MCP_HEADER = "X-Crow-Mcp";
const SANDBOX_SUFFIX = ".test";

/** What an organization's actor answers to other parts, as plain data. */
export interface OrganizationRpc {
  /** An ExecuteRequest as JSON, answered by an ExecuteResult as JSON: see executeByText. */
  executeText(request: string): Promise<string>;
  /** A DocumentRequest as JSON, answered as documentsByText reads it. */
  documentsText(request: string): Promise<string>;
  /** An McpCommand as JSON, answered as mcpAnswerFromText reads it. */
  mcpText(command: string): Promise<string>;
  provision(provisioning: Provisioning): Promise<void>;
  describeTestKey(credential: Credential, ip: string | null, origin: string | null): Promise<TestKeyDescription>;
  erase(): Promise<void>;
  fetch(request: Request): Promise<Response>;
}

/** What the live actor says of a test key, and its organization for the sandbox to mirror. */
export interface TestKeyDescription {
  grant: Grant | { failure: Failure };
  organization: OrganizationRow | null;
  /** When the key ends, as far as is known now. */
  expires_at_ms: number | null;
}

export interface DirectoryRpc {
  /** An ExecuteRequest as JSON, answered by an ExecuteResult as JSON: see executeByText. */
  executeText(request: string): Promise<string>;
  /** A DocumentRequest as JSON, answered as documentsByText reads it. */
  documentsText(request: string): Promise<string>;
  found(input: { name: string; account_id: string }, idempotency_key: string): Promise<{ organization_id: string }>;
  forgetPerson(person: ForgottenPerson): Promise<void>;
  isReady(demo_slug: string | null): Promise<boolean>;
  keySet(): Promise<KeySet>;
  sync(row: OrganizationRow): Promise<void>;
  remove(organization_id: string): Promise<void>;
}

export interface OAuthClientRpc {
  register(client: DescribedClient): Promise<{ client_secret: string | null; created_at_ms: number }>;
  keepDocument(client: DescribedClient, fresh_until_ms: number): Promise<void>;
  describe(): Promise<KeptClient | null>;
  proves(proof: ClientProof): Promise<boolean>;
}

export interface ThrottleRpc {
  take(limits: RateLimits): Promise<number | null>;
}

/** The actor's name for an organization's environment: its id, with `.test` for the sandbox. */
export function actorName(organization_id: string, environment: "live" | "test"): string {
  return environment === "live" ? organization_id : organization_id + SANDBOX_SUFFIX;
}

/** The actor that a credential belongs to; undefined for the operator, who belongs to none. */
export function actorOf(credential: Credential): string | undefined {
  if (credential.kind === "operator") return undefined;
  return actorName(credential.organization_id, credential.kind === "api_key" ? credential.environment : "live");
}

/** The live organization behind a sandbox's name, or null when the name is a live actor's. */
export function liveNameOf(name: string): string | null {
  return name.endsWith(SANDBOX_SUFFIX) ? name.slice(0, -SANDBOX_SUFFIX.length) : null;
}

// The runtime's stub types turn any `unknown` in a payload into `never`; ours say what is really sent.
export function organizationActor(env: Env, name: string): OrganizationRpc {
  return env.ORGANIZATIONS.getByName(name) as unknown as OrganizationRpc;
}

export function directoryActor(env: Env): DirectoryRpc {
  return env.DIRECTORY.getByName("directory") as unknown as DirectoryRpc;
}

/** A client that no organization owns, by its client_id. */
export function oauthClientActor(env: Env, client_id: string): OAuthClientRpc {
  return env.OAUTH_CLIENTS.getByName(client_id) as unknown as OAuthClientRpc;
}

export function throttleActor(env: Env, name: string): ThrottleRpc {
  return env.THROTTLES.getByName(name) as unknown as ThrottleRpc;
}

/**
 * Runs a request on an actor. It travels as JSON text both ways: one string costs the runtime a fraction of what the object graph does, whose
 * every value it must look at for stubs.
 */
export async function executeByText(actor: { executeText(request: string): Promise<string> }, request: ExecuteRequest): Promise<ExecuteResult> {
  return JSON.parse(await actor.executeText(JSON.stringify(request))) as ExecuteResult;
}

/** Runs documents on an actor. What comes back is a line with everything but the results, and then a line for each result: those are passed on unparsed. */
export async function documentsByText(actor: { documentsText(request: string): Promise<string> }, request: DocumentRequest): Promise<DocumentResult> {
  const [head, ...results] = (await actor.documentsText(JSON.stringify(request))).split("\n");
  return { ...(JSON.parse(head!) as Omit<DocumentResult, "results">), results };
}

/** The actor's side of it. JSON text holds no line break. */
export function documentsToText({ results, ...head }: DocumentResult): string {
  return [JSON.stringify(head), ...results].join("\n");
}

/** Characters in an opening: the actor keeps it with the socket, where there is room for 16 KB in all. */
export const OPENING_LENGTH_MAX = 8_192;

/** What an inner socket is opened with, for its header, which holds ASCII only: JSON in which everything else is escaped. Null where it is too long. */
export function writeOpening(opening: object): string | null {
  const text = JSON.stringify(opening).replaceAll(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return text.length > OPENING_LENGTH_MAX ? null : text;
}

export function readOpening<Opening>(text: string): Opening {
  return JSON.parse(text) as Opening;
}
