import type { Failure } from "../domain/errors.ts";
import type { ExecuteRequest, ExecuteResult } from "../domain/execute.ts";
import type { Provisioning } from "../domain/organizations/create.ts";
import type { OrganizationRow } from "../domain/organizations/rows.ts";
import type { Credential } from "../domain/principal.ts";
import type { Grant } from "./core/engine.ts";

/** Carries the StreamRequest of an inner socket. */
export const STREAM_HEADER = "X-Crow-Stream";
const SANDBOX_SUFFIX = ".test";

/** What an organization's actor answers to other parts, as plain data. */
export interface OrganizationRpc {
  execute(request: ExecuteRequest): Promise<ExecuteResult>;
  provision(provisioning: Provisioning): Promise<void>;
  describeTestKey(credential: Credential, ip: string | null, origin: string | null): Promise<TestKeyDescription>;
  erase(): Promise<void>;
  fetch(request: Request): Promise<Response>;
}

/** What the live actor says of a test key, and its organization for the sandbox to mirror. */
export interface TestKeyDescription {
  grant: Grant | { failure: Failure };
  organization: OrganizationRow | null;
}

export interface DirectoryRpc {
  execute(request: ExecuteRequest): Promise<ExecuteResult>;
  isReady(demo_slug: string | null): Promise<boolean>;
  sync(row: OrganizationRow): Promise<void>;
  remove(organization_id: string): Promise<void>;
}

/** The actor's name for an organization's environment: its id, with `.test` for the sandbox. */
export function actorName(organization_id: string, environment: "live" | "test"): string {
  return environment === "live" ? organization_id : organization_id + SANDBOX_SUFFIX;
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
