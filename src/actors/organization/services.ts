import { findPersistedOperation } from "../../domain/persisted_operations/rows.ts";
import { oauthServices } from "./oauth/services.ts";
import { peopleServices } from "./people/services.ts";
import type { OrganizationState } from "./state.ts";

export type OrganizationServices = ReturnType<typeof organizationServices>;

/** What the edge and other actors ask of an organization beyond operations: who belongs to it, the work behind tokens, registered operations. */
export function organizationServices(state: OrganizationState) {
  return {
    ...peopleServices(state),
    ...oauthServices(state),
    findPersistedOperation: ({ sha256 }: { sha256: string }) => findPersistedOperation(state.core.db, sha256)?.query ?? null,
  };
}
