import type { Person } from "../../../domain/accounts/account.ts";
import type { PresentedSecret } from "../../../domain/oauth/exchange.ts";
import type { OrganizationState } from "../state.ts";
import { accessOf, revokeAccess } from "./access.ts";
import { executeAs, type PersonalRequest } from "./execute_as.ts";
import { accept, acceptedBy, describeInvitation } from "./invitations.ts";
import { addOwner, forget, leave, ownsAlone } from "./memberships.ts";

/** What account pages ask of an organization for a person that the account's own actor has signed in. */
export function peopleServices(state: OrganizationState) {
  return {
    describeInvitation: (presented: PresentedSecret) => describeInvitation(state, presented),
    invitationAcceptedBy: ({ account_id, ...presented }: PresentedSecret & { account_id: string }) => acceptedBy(state, presented, account_id),
    acceptInvitation: (acceptance: PresentedSecret & { person: Person }) => accept(state, acceptance),
    isLastOwner: ({ account_id }: { account_id: string }) => ownsAlone(state, account_id),
    addOwner: ({ person }: { person: Person }) => addOwner(state, person),
    leave: ({ account_id }: { account_id: string }) => leave(state, account_id),
    forgetPerson: (person: { account_id: string; email: string }) => forget(state, person),
    executeAs: (request: PersonalRequest) => executeAs(state, request),
    grantsOf: ({ account_id }: { account_id: string }) => accessOf(state, account_id),
    revokeAccess: ({ account_id, oauth_client_id }: { account_id: string; oauth_client_id: string }) =>
      revokeAccess(state, account_id, oauth_client_id),
  };
}
