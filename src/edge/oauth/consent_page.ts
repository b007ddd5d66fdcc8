import { html } from "hono/html";
import type { ConsentState } from "../../actors/organization/oauth/approve.ts";
import type { Membership } from "../../domain/accounts/account.ts";
import { formTargetOf } from "../../domain/oauth/redirect_uri.ts";
import { form, type SignedInVisit } from "../account/visit.ts";
import { hidden } from "../pages/fields.ts";
import { page, type Html } from "../pages/page.ts";
import { foldedScopes, permissions, scopeList } from "../pages/scope_list.ts";
import { changedQuery, grantedOf, type Authorization } from "./authorization.ts";

const CONSENT_PATH = "/oauth/consent";

/** Asks one member whether this client may do this at this organization: who asks, where the answer goes, and each scope in words. No script, nothing chosen for them. */
export function consentPage(visit: SignedInVisit, authorization: Authorization, state: ConsentState): Response {
  const { client, query, redirect_uri, asked } = authorization;
  const granted = grantedOf(authorization, state);
  const known = new Set(state.consented);
  const fresh = granted.filter((scope) => !known.has(scope));
  const kept = granted.filter((scope) => known.has(scope));
  const beyond = asked.scopes.filter((scope) => !granted.includes(scope));
  return page({
    title: `Allow ${client.name}?`,
    signed_in_as: visit.signed_in.account.email,
    form_targets: [formTargetOf(redirect_uri)],
    body: html`<h1>Allow <bdi>${client.name}</bdi> to use ${state.organization_name}?</h1>
      <dl class="facts">
        <dt>Application</dt>
        <dd><bdi>${client.name}</bdi> ${vouched(authorization, state)}</dd>
        <dt>You go on to</dt>
        <dd><code>${destinationOf(redirect_uri)}</code></dd>
        <dt>Organization</dt>
        <dd>${state.organization_name} (your role: ${state.role})</dd>
      </dl>
      ${
        fresh.length > 0
          ? html`<h2>${kept.length > 0 ? "It asks for more" : "It will be able to"}</h2>
              ${scopeList(fresh)}`
          : ""
      }
      ${
        kept.length > 0
          ? html`<h2>You allowed before</h2>
              ${scopeList(kept)}`
          : ""
      }
      ${beyond.length > 0 ? foldedScopes(`It will not get ${permissions(beyond)} that your role does not have`, beyond) : ""}
      ${form(
        visit,
        CONSENT_PATH,
        html`${hidden("request", query)}${hidden("organization_id", state.organization_id)}${hidden("scope", granted.join(" "))}
          <div class="row">
            <button type="submit" name="decision" value="allow" class="primary">Allow</button>
            <button type="submit" name="decision" value="deny">Deny</button>
          </div>`,
      )}
      <p class="hint">You can take this back at any time under <a href="/account">your account</a>.</p>`,
  });
}

/** Asks for which organization, by plain links: nothing is granted yet. Who wants none says no as on the consent page. */
export function organizationsPage(visit: SignedInVisit, authorization: Authorization, choices: readonly Membership[]): Response {
  const { signed_in, env } = visit;
  const { client, query, redirect_uri } = authorization;
  const linkTo = (organization: string): string => `/oauth/authorize?${changedQuery(env, authorization, { organization })}`;
  return page({
    title: "Choose an organization",
    signed_in_as: signed_in.account.email,
    form_targets: [formTargetOf(redirect_uri)],
    body: html`<h1>For which organization?</h1>
      <p><bdi>${client.name}</bdi> will be able to use one organization of yours.</p>
      <ul class="choices">
        ${choices.map(
          (choice) =>
            html`<li>
              <a class="button" href="${linkTo(choice.organization_id)}">${choice.name} <span class="hint">${choice.role}</span></a>
            </li>`,
        )}
      </ul>
      ${form(
        visit,
        CONSENT_PATH,
        html`${hidden("request", query)}<button type="submit" name="decision" value="deny" class="secondary full">Cancel</button>`,
      )}`,
  });
}

/** Who vouches for the name that is shown. */
function vouched({ client }: Authorization, state: ConsentState): Html {
  if (client.verified_by === "organization") return html`<span class="badge good">made by ${state.organization_name}</span>`;
  if (client.verified_by === "metadata_document") return html`<span class="badge">published by ${new URL(client.client_id).host}</span>`;
  return html`<span class="badge warn">not verified</span>
    <div class="hint">Anybody can register an application under this name.</div>`;
}

function destinationOf(redirect_uri: string): string {
  const url = new URL(redirect_uri);
  if (url.protocol === "https:") return url.host;
  return url.protocol === "http:" ? `an application on this computer (${url.host})` : `an application on this device (${url.protocol})`;
}
