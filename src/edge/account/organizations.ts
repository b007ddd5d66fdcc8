import { html } from "hono/html";
import { callAccount } from "../../actors/call.ts";
import { ORGANIZATION_NAME_LENGTH_MAX, OrganizationName } from "../../domain/organizations/input.ts";
import { backLink } from "../pages/back.ts";
import { alert, field, hidden } from "../pages/fields.ts";
import { page } from "../pages/page.ts";
import { seeOther } from "../pages/redirect.ts";
import { ownedAlone } from "./last_owner.ts";
import { signUpMode } from "./sign_up_mode.ts";
import { form, signedIn, type Route, type SignedInVisit } from "./visit.ts";

/** Starts another organization; only where the deployment is open to everybody. */
export const newOrganizationRoute: Route = signedIn({
  get: (visit) => (signUpMode(visit.env) === "open" ? newPage(visit) : seeOther("/account")),

  async post(visit, body) {
    if (signUpMode(visit.env) !== "open") return seeOther("/account");
    const name = OrganizationName.safeParse(body.get("organization") ?? "");
    if (!name.success) return newPage(visit, `Enter a name of at most ${ORGANIZATION_NAME_LENGTH_MAX} characters.`);
    const answer = await callAccount(visit.env, visit.signed_in.account_name, "foundOrganization", { name: name.data });
    if ("failure" in answer) return newPage(visit, "You have started as many organizations as one person can.");
    return seeOther(answer.organization_id === null ? "/account?done=founding" : "/account?done=founded");
  },
});

export const leaveOrganizationRoute: Route = signedIn({
  async get(visit) {
    const membership = membershipOf(visit, visit.url.searchParams.get("organization_id"));
    if (!membership) return seeOther("/account?problem=not_found");
    const { organization_id, name } = membership;
    if ((await ownedAlone(visit)).includes(membership)) return seeOther("/account?problem=last_owner");
    return page({
      title: `Leave ${name}`,
      signed_in_as: visit.signed_in.account.email,
      body: html`<h1>Leave ${name}?</h1>
        <p>Applications can no longer act for you there. To come back you need a new invitation.</p>
        ${form(
          visit,
          "/account/organizations/leave",
          html`${hidden("organization_id", organization_id)}<button class="danger full" type="submit">Leave ${name}</button>`,
        )}
        ${backLink()}`,
    });
  },

  async post(visit, body) {
    const membership = membershipOf(visit, body.get("organization_id"));
    if (!membership) return seeOther("/account?problem=not_found");
    const { organization_id } = membership;
    const answer = await callAccount(visit.env, visit.signed_in.account_name, "leaveOrganization", { organization_id });
    return seeOther(answer ? `/account?problem=${answer.failure}` : "/account?done=left");
  },
});

function membershipOf({ signed_in }: SignedInVisit, organization_id: string | null) {
  return signed_in.memberships.find((membership) => membership.organization_id === organization_id);
}

function newPage(visit: SignedInVisit, error?: string): Response {
  return page({
    title: "New organization",
    status: error ? 400 : 200,
    signed_in_as: visit.signed_in.account.email,
    body: html`<h1>New organization</h1>
      <p class="lead">You will be its owner.</p>
      ${alert(error)}${form(
        visit,
        "/account/organizations/new",
        html`${field({ name: "organization", label: "Name", autocomplete: "organization", max_length: ORGANIZATION_NAME_LENGTH_MAX, autofocus: true })}
          <button class="full" type="submit">Start organization</button>`,
      )}
      ${backLink()}`,
  });
}
