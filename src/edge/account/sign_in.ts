import { html } from "hono/html";
import { accountNameOf } from "../../actors/secrets/account_name.ts";
import { requestOptions } from "../../actors/accounts/passkey_options.ts";
import type { SessionToken } from "../../actors/accounts/views.ts";
import { callAccount } from "../../actors/call.ts";
import { Email } from "../../domain/accounts/account.ts";
import { alert, field } from "../pages/fields.ts";
import { page } from "../pages/page.ts";
import { seeOther } from "../pages/redirect.ts";
import { confirmPage } from "./confirm.ts";
import { continuePath } from "./continue_path.ts";
import { deviceCookie } from "./device.ts";
import { flowFields, readFlow, type Flow } from "./flow.ts";
import { accountOfPasskey, PASSKEY_SCRIPT_PATH, passkeyForm, readPasskey } from "./passkey_form.ts";
import { sessionCookie } from "./session.ts";
import { signUpMode } from "./sign_up_mode.ts";
import { throttled } from "./throttled.ts";
import { upstreamLink } from "./upstream_link.ts";
import { form, type Route, type Visit } from "./visit.ts";

/** One sentence for every refusal, so that it tells nobody whether there is such an account. */
const REFUSED = "The e-mail address or the password is not right.";
const REFUSED_PASSKEY = "This passkey was not accepted. Try again, or sign in with your password.";

export interface SignInOptions {
  /** A path of ours to go on to. */
  continue_to: string;
  /** Origins or schemes that this path may redirect to at once. */
  form_targets?: readonly string[];
  login_hint?: string | undefined;
  /** Whom the person goes on to from there. */
  application_name?: string;
  /** Ask again who a signed-in person is. */
  reauthenticate?: boolean;
}

/** The sign-in page in place of another one, whose visit it goes on with. */
export async function signInResponse(visit: Visit, options: SignInOptions): Promise<Response> {
  const { application_name, form_targets = [] } = options;
  const flow: Flow = { continue_to: continuePath(options.continue_to), form_targets, application_name };
  const { signed_in } = visit;
  return options.reauthenticate && signed_in ? confirmPage({ ...visit, signed_in }, flow) : signInPage(visit, flow, { email: options.login_hint });
}

export const signInRoute: Route = {
  get: (visit) => {
    const continue_to = continuePath(visit.url.searchParams.get("continue"));
    if (visit.signed_in) return seeOther(continue_to);
    return signInPage(visit, { continue_to, form_targets: [] }, { email: visit.url.searchParams.get("login_hint") ?? undefined });
  },

  async post(visit, body) {
    const flow = readFlow(visit.env, body);
    const email = Email.safeParse(body.get("email") ?? "");
    const account_name = email.success ? accountNameOf(email.data, visit.env.CROW_SECRET) : null;
    const wait = await throttled(visit, account_name);
    if (wait) return wait;
    const typed = { email: body.get("email") ?? "", error: REFUSED };
    if (account_name === null) return signInPage(visit, flow, typed);
    const user_agent = visit.request.headers.get("User-Agent");
    const answer = await callAccount(visit.env, account_name, "signIn", { password: body.get("password") ?? "", user_agent });
    return "failure" in answer ? signInPage(visit, flow, typed) : entered(visit, account_name, answer, flow.continue_to);
  },
};

export const passkeySignInRoute: Route = {
  async post(visit, body) {
    const flow = readFlow(visit.env, body);
    const passkey = readPasskey(body);
    const account_name = passkey && accountOfPasskey(visit.env, passkey);
    // None at the account: a passkey cannot be guessed, and strangers' wrong passwords must not keep it from working.
    const wait = await throttled(visit, null);
    if (wait) return wait;
    if (account_name === null) return signInPage(visit, flow, { error: REFUSED_PASSKEY });
    const answer = await callAccount(visit.env, account_name, "signInByPasskey", {
      answer: { response: passkey, origin: visit.origin, bound_to: visit.form_key },
      user_agent: visit.request.headers.get("User-Agent"),
    });
    return "failure" in answer ? signInPage(visit, flow, { error: REFUSED_PASSKEY }) : entered(visit, account_name, answer, flow.continue_to);
  },
};

/** Somebody is in: on they go, with a session that never existed before. The browser's earlier session ends. */
export async function entered(visit: Visit, account_name: string, token: SessionToken, continue_to: string): Promise<Response> {
  const { request, env, signed_in } = visit;
  if (signed_in) await callAccount(env, signed_in.account_name, "signOut", { session_id: signed_in.session.id });
  return seeOther(continue_to, [sessionCookie(env, account_name, token), deviceCookie(request, env, account_name)]);
}

async function signInPage(visit: Visit, flow: Flow, { email, error }: { email?: string | undefined; error?: string }): Promise<Response> {
  const { env, origin, form_key } = visit;
  const fields = flowFields(env, flow);
  const body = html`<h1>Sign in</h1>
    <p class="lead">${flow.application_name === undefined ? "to your CROW account" : html`to go on to <bdi>${flow.application_name}</bdi>`}</p>
    ${alert(error)}${form(
      visit,
      "/account/sign-in",
      html`${fields}
        ${field({ name: "email", label: "E-mail", type: "email", autocomplete: "username", value: email ?? "", autofocus: !email, max_length: 254 })}
        ${field({ name: "password", label: "Password", type: "password", autocomplete: "current-password", autofocus: Boolean(email) })}
        <button class="full" type="submit">Sign in</button>`,
    )}
    <p class="or" data-with-passkey hidden>or</p>
    ${passkeyForm(visit, {
      action: "/account/sign-in/passkey",
      options: await requestOptions(env.CROW_SECRET, "sign_in", origin, form_key),
      kind: "get",
      fields,
      button: "Sign in with a passkey",
      secondary: true,
    })}
    ${upstreamLink(env, "sign_in", flow.continue_to)}
    ${signUpMode(env) === "open" ? html`<p class="after">New here? <a href="/account/sign-up?continue=${encodeURIComponent(flow.continue_to)}">Create an account</a></p>` : ""}
    <p class="after hint">Cannot sign in? Whoever runs this service can send you a recovery link.</p>`;
  return page({ title: "Sign in", body, status: error ? 403 : 200, form_targets: flow.form_targets, script: PASSKEY_SCRIPT_PATH });
}
