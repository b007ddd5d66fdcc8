import type { Membership } from "../../domain/accounts/account.ts";
import { existing, type AccountHost } from "./state.ts";

/**
 * What organizations tell an account about its memberships. They know a person by the id of one account's life: `known` is false where there is no such account
 * (any more), and whoever has the address now is somebody else.
 */
export function membershipServices(host: AccountHost) {
  const isKnown = (account_id: string): boolean => existing(host)?.row.id === account_id;
  return {
    putMembership({ account_id, membership }: { account_id: string; membership: Membership }): { known: boolean } {
      const known = isKnown(account_id);
      if (known) host.state?.memberships.put(membership, Date.now());
      return { known };
    },

    /** The account's own copy; null where there is no such account. */
    listMemberships({ account_id }: { account_id: string }): Membership[] | null {
      return isKnown(account_id) ? host.state!.memberships.list() : null;
    },

    dropMembership({ account_id, organization_id }: { account_id: string; organization_id: string }): void {
      // Also while the account is being deleted: this is how its job learns that it has left.
      if (host.state?.stored()?.id === account_id) host.state.memberships.drop(organization_id, Date.now());
    },
  };
}
