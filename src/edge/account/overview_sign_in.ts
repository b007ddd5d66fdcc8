import { html } from "hono/html";
import type { Html } from "../pages/page.ts";
import { timeText } from "./time_text.ts";
import { upstreamName } from "./upstream_link.ts";
import { form, type SignedInVisit } from "./visit.ts";

/** The part of the account's page on how its owner signs in. */
export function signInMethods(visit: SignedInVisit): Html {
  const { has_password, passkeys } = visit.signed_in.account;
  return html`<section class="card">
    <h2>How you sign in</h2>
    <ul class="rows">
      <li>
        <div class="what"><strong>Password</strong><span class="muted small">${has_password ? "Set" : "Not set"}</span></div>
        <a class="button secondary compact" href="/account/password">${has_password ? "Change password" : "Set a password"}</a>
      </li>
      <li>
        <div class="what">
          <strong>Passkeys</strong
          ><span class="muted small"
            >${passkeys === 0 ? "None yet. A passkey is faster than a password and cannot be phished." : passkeys === 1 ? "One passkey" : `${passkeys} passkeys`}</span
          >
        </div>
        <a class="button secondary compact" href="/account/passkeys">${passkeys === 0 ? "Add a passkey" : "Manage passkeys"}</a>
      </li>
      ${upstreamRow(visit)}
    </ul>
  </section>`;
}

function upstreamRow(visit: SignedInVisit): Html {
  const { upstream } = visit.signed_in.account;
  const name = upstreamName(visit.env) ?? (upstream && new URL(upstream.issuer).host);
  if (name === null) return html``;
  return html`<li>
    <div class="what">
      <strong>${name}</strong><span class="muted small">${upstream ? html`Linked ${timeText(upstream.linked_at_ms)}` : "Not linked"}</span>
    </div>
    ${
      upstream
        ? form(visit, "/account/upstream/unlink", html`<button class="secondary compact" type="submit">Remove the link</button>`, "")
        : html`<a class="button secondary compact" href="/account/upstream?intent=link">Link ${name}</a>`
    }
  </li>`;
}
