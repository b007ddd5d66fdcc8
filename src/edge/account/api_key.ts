import { randomBytes } from "node:crypto";
import { html } from "hono/html";
import { callOrganization } from "../../actors/call.ts";
import type { Membership } from "../../domain/accounts/account.ts";
import { ERROR_CATALOGUE, type Failure } from "../../domain/errors.ts";
import { ROLES } from "../../domain/roles.ts";
import type { Scope } from "../../domain/scopes.ts";
import { backButton, backLink } from "../pages/back.ts";
import { alert, field, hidden } from "../pages/fields.ts";
import { page } from "../pages/page.ts";
import { seeOther } from "../pages/redirect.ts";
import { form, freshlySignedIn, type Route, type SignedInVisit } from "./visit.ts";

const PATH = "/account/api-key";
const NAME_LENGTH_MAX = 100;
/** What the page lets choose; narrower keys are made with the API. */
type Access = "all" | "read";

interface Typed {
  name?: string;
  access?: Access;
  name_error?: string;
  failure?: Failure;
}

/** The address of the page that makes a key for this organization. */
export function apiKeyPath(organization_id: string): string {
  return `${PATH}?${new URLSearchParams({ organization: organization_id }).toString()}`;
}

/** Whether somebody in this role can make a key at all. */
export function mayMakeKeys({ role }: Membership): boolean {
  return ROLES[role].includes("api_keys:write");
}

/** Makes an API key for an organization, so that who has founded one needs nobody else to begin. The organization decides, by the operation that the API has for it. */
export const apiKeyRoute: Route = freshlySignedIn({
  get: (visit) => withOrganization(visit, (membership) => formPage(visit, membership)),

  post: (visit, body) =>
    withOrganization(visit, async (membership) => {
      const { env, origin, request_id, signed_in } = visit;
      const name = (body.get("name") ?? "").trim();
      const access: Access = body.get("access") === "read" ? "read" : "all";
      if (name.length < 1 || name.length > NAME_LENGTH_MAX)
        return formPage(visit, membership, { name, access, name_error: `Enter a name of at most ${NAME_LENGTH_MAX} characters.` });
      const result = await callOrganization(env, membership.organization_id, "executeAs", {
        account_id: signed_in.account.id,
        // A form that is sent twice makes one key.
        calls: [
          {
            operation: "api_keys.create",
            input: { name, scopes: scopesOf(membership, access) },
            idempotency_key: `${body.get("attempt") ?? ""} ${access} ${name}`,
          },
        ],
        request_id,
        base_url: origin,
      });
      const outcome = result?.outcomes[0];
      if (!outcome) return seeOther("/account?problem=not_found");
      if (!outcome.ok) return formPage(visit, membership, { name, access, failure: outcome.failure });
      return keyPage(visit, membership, (outcome.value as { key: string }).key);
    }),
});

/** Goes on with the organization that the address names, where this person may make keys. */
function withOrganization(
  { url, signed_in }: SignedInVisit,
  work: (membership: Membership) => Promise<Response> | Response,
): Promise<Response> | Response {
  const wanted = url.searchParams.get("organization");
  const membership = signed_in.memberships.find(({ organization_id }) => organization_id === wanted);
  if (!membership) return seeOther("/account?problem=not_found");
  if (mayMakeKeys(membership)) return work(membership);
  return page({
    title: "New API key",
    status: 403,
    signed_in_as: signed_in.account.email,
    body: html`<h1>New API key</h1>
      <p role="alert">Your role in ${membership.name} (${membership.role}) cannot create API keys. Ask an owner or an admin.</p>
      ${backButton()}`,
  });
}

function scopesOf({ role }: Membership, access: Access): Scope[] {
  return ROLES[role].filter((scope) => access === "all" || scope.endsWith(":read"));
}

function formPage(visit: SignedInVisit, membership: Membership, typed: Typed = {}): Response {
  const { name = "", access = "all", name_error, failure } = typed;
  const choice = (value: Access, text: string) =>
    html`<label class="choice"><input type="radio" name="access" value="${value}" ${access === value ? "checked" : ""} /> ${text}</label>`;
  return page({
    title: "New API key",
    status: failure ? ERROR_CATALOGUE[failure.code].status : name_error ? 400 : 200,
    signed_in_as: visit.signed_in.account.email,
    body: html`<h1>New API key</h1>
      <p class="lead">for ${membership.name}</p>
      ${alert(failure?.message)}${form(
        visit,
        apiKeyPath(membership.organization_id),
        html`${hidden("attempt", randomBytes(16).toString("base64url"))}
          ${field({ name: "name", label: "Name", autocomplete: "off", value: name, hint: "What the key is for, for example “My laptop”.", error: name_error ?? null, max_length: NAME_LENGTH_MAX, autofocus: true })}
          <fieldset>
            <legend>What it may do</legend>
            ${choice("all", `Everything that your role (${membership.role}) may do`)} ${choice("read", "Read only")}
          </fieldset>
          <button class="full" type="submit">Create API key</button>`,
      )}
      ${backLink()}`,
  });
}

function keyPage(visit: SignedInVisit, { organization_id, name }: Membership, key: string): Response {
  const command = `curl -s "${visit.origin}/api/v1/organizations/${organization_id}" -H "Authorization: Bearer ${key}"`;
  return page({
    title: "Your API key",
    signed_in_as: visit.signed_in.account.email,
    body: html`<h1>Your API key</h1>
      <p class="lead">for ${name}</p>
      <p class="note">Copy it now: it is shown this once. It is the organization's and works on when you leave.</p>
      <h2>Key</h2>
      <code class="copy">${key}</code>
      <h2>Try it</h2>
      <code class="copy">${command}</code>
      <p>
        <a href="/docs">API reference</a> · <a href="/docs#/invitations/invitations_create">Invite people</a> ·
        <a href="/docs#/api_keys/api_keys_revoke">Revoke keys</a>
      </p>
      ${backButton()}`,
  });
}
