import { oauthServices } from "./oauth/services.ts";
import { peopleServices } from "./people/services.ts";
import type { OrganizationState } from "./state.ts";

export type OrganizationServices = ReturnType<typeof organizationServices>;

/** What the edge and other actors ask of an organization beyond operations: who belongs to it, and the work behind tokens. */
export function organizationServices(state: OrganizationState) {
  return { ...peopleServices(state), ...oauthServices(state) };
}
