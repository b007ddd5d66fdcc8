import type { Membership } from "../../domain/accounts/account.ts";
import { existing, type AccountHost } from "./state.ts";

/** What organizations tell an account about its memberships. `known` is false where there is no such account (any more). */
export function membershipServices(host: AccountHost) {
  return {
    putMembership(membership: Membership): { known: boolean } {
      const known = existing(host);
      known?.state.memberships.put(membership, Date.now());
      return { known: known !== null };
    },

    /** The account's own copy; null where there is no such account. */
    listMemberships(_input: Record<string, never>): Membership[] | null {
      return existing(host)?.state.memberships.list() ?? null;
    },

    dropMembership({ organization_id }: { organization_id: string }): { known: boolean } {
      // Also while the account is being deleted: this is how its job learns that it has left.
      host.state?.memberships.drop(organization_id);
      return { known: existing(host) !== null };
    },
  };
}
