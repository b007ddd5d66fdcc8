import type { Person } from "../../../domain/accounts/account.ts";
import type { OrganizationState } from "../state.ts";
import { accessOf, revokeAccess } from "./access.ts";
import { accept, describeInvitation, type PresentedInvitation } from "./invitations.ts";
import { addOwner, describeMembership, forget, leave } from "./memberships.ts";

/** What account pages ask of an organization for a person that the account's own actor has signed in. */
export function peopleServices(state: OrganizationState) {
  return {
    describeInvitation: (presented: PresentedInvitation) => describeInvitation(state, presented),
    acceptInvitation: (acceptance: PresentedInvitation & { person: Person }) => accept(state, acceptance),
    membership: ({ account_id }: { account_id: string }) => describeMembership(state, account_id),
    addOwner: ({ person }: { person: Person }) => addOwner(state, person),
    leave: ({ account_id }: { account_id: string }) => leave(state, account_id),
    forgetPerson: (person: { account_id: string; email: string }) => forget(state, person),
    grantsOf: ({ account_id }: { account_id: string }) => accessOf(state, account_id),
    revokeAccess: ({ account_id, oauth_client_id }: { account_id: string; oauth_client_id: string }) =>
      revokeAccess(state, account_id, oauth_client_id),
  };
}
