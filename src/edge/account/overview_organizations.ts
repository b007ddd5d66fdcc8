import { html } from "hono/html";
import type { Membership } from "../../domain/accounts/account.ts";
import { ROLE_SUMMARIES } from "../../domain/roles.ts";
import type { Html } from "../pages/page.ts";
import { rows } from "../pages/rows.ts";
import { apiKeyPath, mayMakeKeys } from "./api_key.ts";
import { wayOut } from "./last_owner.ts";
import { signUpMode } from "./sign_up_mode.ts";
import type { SignedInVisit } from "./visit.ts";

/** The part of the account's page on where its owner belongs, with ids, for the API, and what the last owner must know before they try to leave. */
export function organizationsCard(visit: SignedInVisit, owned_alone: readonly Membership[]): Html {
  const { memberships } = visit.signed_in;
  const mayFound = signUpMode(visit.env) === "open";
  return html`<section class="card">
    <div class="card-head">
      <h2>Organizations</h2>
      ${mayFound ? html`<a class="button secondary compact" href="/account/organizations/new">New organization</a>` : ""}
    </div>
    ${memberships.length === 0 ? html`<p class="muted">You belong to no organization yet.</p>` : ""}
    ${rows(memberships.map((membership) => organizationRow(membership, owned_alone.includes(membership))))}
  </section>`;
}

function organizationRow(membership: Membership, is_last_owner: boolean): Html {
  const { organization_id, name, role } = membership;
  const leave = html`<a
    class="button secondary compact"
    href="/account/organizations/leave?organization_id=${organization_id}"
    aria-label="Leave ${name}"
    >Leave …</a
  >`;
  return html`<li>
    <div class="what">
      <strong>${name}</strong><span class="muted small">${role}: ${ROLE_SUMMARIES[role]}</span>
      <div class="hint">Id for the API: <code>${organization_id}</code></div>
      ${is_last_owner ? html`<div class="hint">You are its last owner. Before you can leave, ${wayOut()}.</div>` : ""}
    </div>
    <div class="does">
      ${mayMakeKeys(membership) ? html`<a class="button secondary compact" href="${apiKeyPath(organization_id)}" aria-label="New API key for ${name}">New API key</a>` : ""}
      ${is_last_owner ? "" : leave}
    </div>
  </li>`;
}

/** The part on ending it all. */
export function deletionCard(owned_alone: readonly Membership[]): Html {
  const names = owned_alone.map(({ name }) => name).join(", ");
  return html`<section class="card">
    <h2>Delete account</h2>
    <ul class="rows">
      <li>
        <div class="what">
          <span class="muted small">Leaves every organization and erases everything that is stored of you here.</span>
          ${names ? html`<div class="hint">Not possible while you are the last owner of ${names}: first ${wayOut()}.</div>` : ""}
        </div>
        ${names ? "" : html`<a class="button danger compact" href="/account/delete" aria-label="Delete account">Delete …</a>`}
      </li>
    </ul>
  </section>`;
}
