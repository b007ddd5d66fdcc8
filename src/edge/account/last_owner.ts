import { html } from "hono/html";
import { callOrganization } from "../../actors/call.ts";
import type { Membership } from "../../domain/accounts/account.ts";
import type { Html } from "../pages/page.ts";
import type { SignedInVisit } from "./visit.ts";

/** The organizations whose one owner this person is: they can neither be left, nor the account deleted. */
export async function ownedAlone({ env, signed_in }: SignedInVisit): Promise<Membership[]> {
  const { account, memberships } = signed_in;
  // All are asked: the role that is known here is a copy.
  const alone = await Promise.all(
    memberships.map(({ organization_id }) => callOrganization(env, organization_id, "isLastOwner", { account_id: account.id })),
  );
  return memberships.filter((_membership, index) => alone[index] === true);
}

/** What they can do about it, in the middle of a sentence. */
export function wayOut(): Html {
  return html`<a href="/docs#/members/members_update">make somebody else an owner</a> or
    <a href="/docs#/organizations/organizations_delete">delete the organization</a>`;
}
