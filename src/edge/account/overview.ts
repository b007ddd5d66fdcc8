import { html } from "hono/html";
import type { GrantedAccess } from "../../actors/organization/people/access.ts";
import type { SessionView } from "../../actors/accounts/views.ts";
import { callAccount, callOrganization } from "../../actors/call.ts";
import type { Membership } from "../../domain/accounts/account.ts";
import { alert, done, hidden } from "../pages/fields.ts";
import { page, type Html } from "../pages/page.ts";
import { rows } from "../pages/rows.ts";
import { foldedScopes, permissions } from "../pages/scope_list.ts";
import { ownedAlone } from "./last_owner.ts";
import { deletionCard, organizationsCard } from "./overview_organizations.ts";
import { signInMethods } from "./overview_sign_in.ts";
import { sinceText, timeText } from "./time_text.ts";
import { form, signedIn, type Route, type SignedInVisit } from "./visit.ts";

const DONE: Record<string, string> = {
  joined: "You have joined the organization.",
  left: "You have left the organization.",
  founded: "Your organization is ready.",
  founding: "Your organization is being set up; it will be here in a moment.",
  password: "Your password was changed. Other sessions were signed out.",
  session: "The session was signed out.",
  sessions: "All other sessions were signed out.",
  application: "The application's access was taken back.",
  recovered: "Your new password is set. Whoever was signed in before is signed out; see below which applications may still act for you.",
  linked: "From now on you can sign in that way too.",
  unlinked: "The link was removed.",
};
const PROBLEMS: Record<string, string> = {
  last_owner: "You are the organization's last owner. Make somebody else an owner first.",
  last_way_in: "This is your only way to sign in. Set a password or add a passkey first.",
  not_found: "That was gone already.",
};

interface Application extends GrantedAccess {
  organization: Membership;
}

/** `/account`: everything that a person has here, and where to change it. */
export const overviewRoute: Route = signedIn({
  async get(visit) {
    const { env, url, signed_in } = visit;
    const { account } = signed_in;
    const [sessions, applications, owned_alone] = await Promise.all([
      callAccount(env, signed_in.account_name, "listSessions", {}),
      applicationsOf(visit),
      ownedAlone(visit),
    ]);
    return page({
      title: "Your account",
      width: "wide",
      signed_in_as: account.email,
      body: html`<div class="page-head">
          <div>
            <h1>${account.name}</h1>
            <p class="muted">${account.email}, since ${timeText(account.created_at_ms)}</p>
          </div>
          ${form(visit, "/account/sign-out", html`<button class="secondary compact" type="submit">Sign out</button>`, "")}
        </div>
        ${done(DONE[url.searchParams.get("done") ?? ""])}${alert(PROBLEMS[url.searchParams.get("problem") ?? ""])}${organizationsCard(visit, owned_alone)}
        ${signInMethods(visit)}${applicationsCard(visit, applications)}${sessionsCard(visit, sessions)} ${deletionCard(owned_alone)}`,
    });
  },
});

async function applicationsOf({ env, signed_in }: SignedInVisit): Promise<Application[]> {
  const lists = await Promise.all(
    signed_in.memberships.map(async (organization) => {
      const granted = await callOrganization(env, organization.organization_id, "grantsOf", { account_id: signed_in.account.id });
      return (granted ?? []).map((access) => ({ ...access, organization }));
    }),
  );
  return lists.flat();
}

function applicationsCard(visit: SignedInVisit, applications: Application[]): Html {
  return html`<section class="card">
    <h2>Connected applications</h2>
    ${applications.length === 0 ? html`<p class="muted">No application may act for you.</p>` : ""}
    ${rows(
      applications.map(
        (access) =>
          html`<li>
            <div class="what">
              <strong>${access.client_name}</strong
              ><span class="muted small">${access.organization.name} · ${sinceText("since", access.created_at_ms, access.last_used_at_ms)}</span>
              ${foldedScopes(permissions(access.scopes), access.scopes)}
            </div>
            ${form(
              visit,
              "/account/applications/revoke",
              html`${hidden("organization_id", access.organization.organization_id)}${hidden("oauth_client_id", access.oauth_client_id)}<button
                  class="danger compact"
                  type="submit"
                  aria-label="Take back what ${access.client_name} may do"
                >
                  Take back
                </button>`,
              "",
            )}
          </li>`,
      ),
    )}
  </section>`;
}

function sessionsCard(visit: SignedInVisit, sessions: SessionView[]): Html {
  const own = visit.signed_in.session.id;
  const own_first = sessions.toSorted((a, b) => Number(b.id === own) - Number(a.id === own));
  return html`<section class="card">
    <div class="card-head">
      <h2>Where you are signed in</h2>
      ${
        sessions.length > 1
          ? form(visit, "/account/sessions/revoke-others", html`<button class="secondary compact" type="submit">Sign out all others</button>`, "")
          : ""
      }
    </div>
    ${rows(
      own_first.map(
        (session) =>
          html`<li>
            <div class="what">
              <strong>${session.device} ${session.id === own ? html`<span class="tag">this one</span>` : ""}</strong
              ><span class="muted small">${sinceText("signed in", session.created_at_ms, session.id === own ? null : session.last_used_at_ms)}</span>
            </div>
            ${
              session.id === own
                ? ""
                : form(
                    visit,
                    "/account/sessions/revoke",
                    html`${hidden("session_id", session.id)}<button class="secondary compact" type="submit" aria-label="Sign out ${session.device}">
                        Sign out
                      </button>`,
                    "",
                  )
            }
          </li>`,
      ),
    )}
  </section>`;
}
