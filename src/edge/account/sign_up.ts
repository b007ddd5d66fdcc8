import { html } from "hono/html";
import { accountNameOf } from "../../actors/secrets/account_name.ts";
import { callAccount } from "../../actors/call.ts";
import { Email, PersonName } from "../../domain/accounts/account.ts";
import { passwordProblem } from "../../domain/accounts/password.ts";
import { ORGANIZATION_NAME_LENGTH_MAX, OrganizationName } from "../../domain/organizations/input.ts";
import { alert, field, hidden } from "../pages/fields.ts";
import { page, type Html } from "../pages/page.ts";
import { seeOther } from "../pages/redirect.ts";
import { continuePath } from "./continue_path.ts";
import { newPasswordField } from "./new_password.ts";
import { entered } from "./sign_in.ts";
import { signUpMode } from "./sign_up_mode.ts";
import { throttledNewcomer } from "./throttled.ts";
import { form, type Route, type Visit } from "./visit.ts";

/** For an address that has an account already: it must not say so. */
export const SIGN_UP_REFUSED = "An account could not be made with this address and password. If you have one already, sign in instead.";

/** What somebody typed, and what is wrong with it. */
export interface NewPerson {
  name: string;
  email: string;
  password: string;
  errors: { name?: string; email?: string; password?: string };
}

/** Making an account, with an organization of one's own; only where the deployment is open to everybody. */
export const signUpRoute: Route = {
  get: (visit) => {
    const continue_to = continuePath(visit.url.searchParams.get("continue"));
    if (visit.signed_in) return seeOther(continue_to);
    return signUpMode(visit.env) === "open" ? signUpPage(visit, continue_to) : notOpenPage(visit.env);
  },

  async post(visit, body) {
    if (signUpMode(visit.env) !== "open") return notOpenPage(visit.env);
    const continue_to = continuePath(body.get("continue"));
    const person = readNewPerson(body, body.get("email") ?? "");
    const organization = (body.get("organization") ?? "").trim();
    const isNamed = OrganizationName.safeParse(organization).success;
    const organization_error = isNamed ? null : `Enter a name of at most ${ORGANIZATION_NAME_LENGTH_MAX} characters.`;
    if (!isNamed || Object.keys(person.errors).length > 0) return signUpPage(visit, continue_to, { person, organization, organization_error });
    const account_name = accountNameOf(person.email, visit.env.CROW_SECRET);
    const wait = await throttledNewcomer(visit, account_name);
    if (wait) return wait;
    const answer = await signUp(visit, account_name, person);
    if ("failure" in answer) return signUpPage(visit, continue_to, { person, organization, error: SIGN_UP_REFUSED });
    if (answer.created) await callAccount(visit.env, account_name, "foundOrganization", { name: organization });
    return entered(visit, account_name, answer, continue_to);
  },
};

export function signUp(visit: Visit, account_name: string, { name, email, password }: NewPerson) {
  const user_agent = visit.request.headers.get("User-Agent");
  return callAccount(visit.env, account_name, "signUp", { email, name, password, user_agent });
}

/** Reads and judges name, address and password of a form. */
export function readNewPerson(body: URLSearchParams, email_text: string): NewPerson {
  const email = Email.safeParse(email_text);
  const name = PersonName.safeParse(body.get("name") ?? "");
  const password = body.get("password") ?? "";
  const problem = passwordProblem(password, email.data ?? "");
  return {
    name: name.data ?? body.get("name") ?? "",
    email: email.data ?? email_text,
    password,
    errors: {
      ...(name.success ? {} : { name: "Enter your name, at most 100 characters." }),
      ...(email.success ? {} : { email: "Enter an e-mail address." }),
      ...(problem === null ? {} : { password: problem }),
    },
  };
}

/** The fields of a new person. `fixed_email`: the address is not theirs to choose. */
export function newPersonFields(person: NewPerson | undefined, fixed_email?: string): Html {
  const errors = person?.errors ?? {};
  const focused = errors.name ? "name" : errors.email ? "email" : errors.password ? "password" : "name";
  return html`${field({ name: "name", label: "Your name", autocomplete: "name", value: person?.name ?? "", error: errors.name ?? null, max_length: 100, autofocus: focused === "name" })}
  ${field({ name: "email", label: "E-mail", type: "email", autocomplete: "username", value: fixed_email ?? person?.email ?? "", error: errors.email ?? null, readonly: fixed_email !== undefined, max_length: 254, autofocus: focused === "email" })}
  ${newPasswordField({ name: "password", label: "Password", error: errors.password ?? null, autofocus: focused === "password" })}`;
}

interface Typed {
  person?: NewPerson;
  organization?: string;
  organization_error?: string | null;
  error?: string;
}

function signUpPage(visit: Visit, continue_to: string, typed: Typed = {}): Response {
  const { person, organization, organization_error, error } = typed;
  const failed = person !== undefined;
  return page({
    title: "Create an account",
    status: failed ? 400 : 200,
    body: html`<h1>Create an account</h1>
      <p class="lead">and an organization of your own</p>
      ${alert(error)}${form(
        visit,
        "/account/sign-up",
        html`${hidden("continue", continue_to)}${newPersonFields(person)}
          ${field({ name: "organization", label: "Organization", autocomplete: "organization", value: organization ?? "", hint: "For example your company or shop.", error: organization_error ?? null, max_length: ORGANIZATION_NAME_LENGTH_MAX })}
          <button class="full" type="submit">Create account</button>`,
      )}
      <p class="after">You have an account? <a href="/account/sign-in?continue=${encodeURIComponent(continue_to)}">Sign in</a></p>`,
  });
}

function notOpenPage(env: Env): Response {
  const text =
    signUpMode(env) === "closed"
      ? "No new accounts are made here. Ask whoever runs this service."
      : "Accounts are made by invitation here. Ask somebody in your organization to invite you, then open the link they send.";
  return page({
    title: "Create an account",
    status: 403,
    body: html`<h1>Create an account</h1>
      <p role="alert">${text}</p>
      <p><a href="/account/sign-in">Sign in to an account you have</a></p>`,
  });
}
