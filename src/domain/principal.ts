import type { Scope } from "./scopes.ts";

/** Who calls, as the actor resolved it; what handlers and the audit log see. */
export type Principal =
  | { kind: "operator"; id: "operator"; scopes: "all" }
  | { kind: "api_key"; id: string; scopes: Scope[]; environment: "live" | "test"; publishable: boolean };

/** What the edge knows of a caller before any look-up; the actor turns it into a Principal or refuses. */
export type Credential =
  | { kind: "operator" }
  | { kind: "api_key"; organization_id: string; key_id: string; environment: "live" | "test"; secret_hash: string };
