import { callOrganization } from "../../actors/call.ts";
import { seeOther } from "../pages/redirect.ts";
import { signedIn, type Route } from "./visit.ts";

/** Takes back what a person let an application do for them at one organization. */
export const revokeApplicationRoute: Route = signedIn({
  async post({ env, signed_in }, body) {
    const organization_id = body.get("organization_id") ?? "";
    if (!signed_in.memberships.some((membership) => membership.organization_id === organization_id)) return seeOther("/account?problem=not_found");
    const input = { account_id: signed_in.account.id, oauth_client_id: body.get("oauth_client_id") ?? "" };
    const revoked = await callOrganization(env, organization_id, "revokeAccess", input);
    return seeOther(revoked ? "/account?done=application" : "/account?problem=not_found");
  },
});
