import { html } from "hono/html";
import { requestOptions } from "../../actors/accounts/passkey_options.ts";
import { callAccount } from "../../actors/call.ts";
import { alert, field } from "../pages/fields.ts";
import { page } from "../pages/page.ts";
import { seeOther } from "../pages/redirect.ts";
import { continuePath } from "./continue_path.ts";
import { flowFields, readFlow, type Flow } from "./flow.ts";
import { PASSKEY_SCRIPT_PATH, passkeyForm, readPasskey } from "./passkey_form.ts";
import { sessionCookie } from "./session.ts";
import { throttledInSession } from "./throttled.ts";
import { upstreamLink } from "./upstream_link.ts";
import { form, signedIn, type Route, type SignedInVisit } from "./visit.ts";

/** Asks a signed-in person again who they are, before something dangerous, and goes on where they were. */
export const confirmRoute: Route = signedIn({
  get: (visit) => confirmPage(visit, { continue_to: continuePath(visit.url.searchParams.get("continue")), form_targets: [] }),

  async post(visit, body) {
    const flow = readFlow(visit.env, body);
    const { account_name, session } = visit.signed_in;
    const wait = await throttledInSession(visit);
    if (wait) return wait;
    const passkey = readPasskey(body);
    const answer = passkey
      ? await callAccount(visit.env, account_name, "reauthenticateByPasskey", {
          session_id: session.id,
          answer: { response: passkey, origin: visit.origin, bound_to: visit.form_key },
        })
      : await callAccount(visit.env, account_name, "reauthenticate", { session_id: session.id, password: body.get("password") ?? "" });
    if ("failure" in answer) return confirmPage(visit, flow, passkey ? "This passkey was not accepted." : "This is not the right password.");
    return seeOther(flow.continue_to, [sessionCookie(visit.env, account_name, answer)]);
  },
});

export async function confirmPage(visit: SignedInVisit, flow: Flow, error?: string): Promise<Response> {
  const { env, origin, form_key, signed_in } = visit;
  const { email, has_password, passkeys, upstream } = signed_in.account;
  const fields = flowFields(env, flow);
  const by_password = form(
    visit,
    "/account/confirm",
    html`${fields} ${field({ name: "email", label: "E-mail", type: "email", autocomplete: "username", value: email, readonly: true })}
      ${field({ name: "password", label: "Password", type: "password", autocomplete: "current-password", autofocus: true })}
      <button class="full" type="submit">Go on</button>`,
  );
  const by_passkey = passkeyForm(visit, {
    action: "/account/confirm",
    options: await requestOptions(env.CROW_SECRET, "confirm", origin, form_key),
    kind: "get",
    fields,
    button: "Use a passkey",
    secondary: has_password,
  });
  const body = html`<h1>Is it you?</h1>
    <p class="lead">
      You are signed in as ${email}. Before you go on${flow.application_name === undefined ? "" : html` to <bdi>${flow.application_name}</bdi>`},
      please show again that this is you.
    </p>
    ${alert(error)}${has_password ? by_password : ""}
    ${passkeys > 0 ? html`${has_password ? html`<p class="or" data-with-passkey hidden>or</p>` : ""}${by_passkey}` : ""}
    ${upstream ? upstreamLink(env, "confirm", flow.continue_to) : ""}
    ${form(visit, "/account/sign-out", html`<p class="after">Not you? <button class="link" type="submit">Sign out</button></p>`, "")}`;
  return page({ title: "Is it you?", body, status: error ? 403 : 200, form_targets: flow.form_targets, script: PASSKEY_SCRIPT_PATH });
}
