import { html } from "hono/html";
import { accountNameOf } from "../../actors/secrets/account_name.ts";
import { callAccount } from "../../actors/call.ts";
import { Email } from "../../domain/accounts/account.ts";
import { backLink } from "../pages/back.ts";
import { cookie, expiredCookie, readCookie, type CookieName } from "../pages/cookies.ts";
import { hidden } from "../pages/fields.ts";
import { page } from "../pages/page.ts";
import { seeOther } from "../pages/redirect.ts";
import { openValue, sealValue } from "../sealed_value.ts";
import { continuePath } from "./continue_path.ts";
import { openInvitation } from "./invitation.ts";
import { isFresh, sessionCookie } from "./session.ts";
import { entered } from "./sign_in.ts";
import { signUpMode } from "./sign_up_mode.ts";
import { throttled } from "./throttled.ts";
import { upstreamName, type UpstreamIntent } from "./upstream_link.ts";
import { finishUpstream, startUpstream, type UpstreamFlow, type UpstreamPerson } from "./upstream_provider.ts";
import { confirmFirst, form, freshlySignedIn, type Route, type SignedInVisit, type Visit } from "./visit.ts";

const COOKIE: CookieName = "__Host-crow_upstream";
const SEALED_FOR = "upstream";
/** How long a sign-in at the provider, or the question whether to link it, may take. */
const LIFETIME_MS = 10 * 60_000;
/** What follows must fit into the cookie; whoever comes with more ends at the account's page, signed in. */
const CONTINUE_LENGTH_MAX = 2_000;
const CALLBACK = "/account/upstream/callback";

/** An identity that its owner is about to link, as the hidden field of the question carries it. */
interface Linking {
  issuer: string;
  subject: string;
  session_id: string;
}

/** To the other provider. Nothing changes here but this browser's cookie. */
export const upstreamRoute: Route = {
  async get(visit) {
    if (upstreamName(visit.env) === null) return failedPage("There is no other way to sign in here.", 404);
    const intent = intentOf(visit.url.searchParams.get("intent"));
    if (intent === "link" && !(visit.signed_in && isFresh(visit.signed_in))) return confirmFirst("/account/upstream?intent=link");
    try {
      const asked = continuePath(visit.url.searchParams.get("continue"));
      const continue_to = asked.length > CONTINUE_LENGTH_MAX ? "/account" : asked;
      const { location, flow } = await startUpstream(visit.env, visit.origin + CALLBACK, intent, continue_to);
      return seeOther(location, [cookie(COOKIE, sealValue(visit.env, SEALED_FOR, flow, LIFETIME_MS), LIFETIME_MS / 1_000)]);
    } catch (error) {
      return failed(error);
    }
  },
};

/** And back. */
export const upstreamCallbackRoute: Route = {
  async get(visit) {
    const flow = openValue<UpstreamFlow>(visit.env, SEALED_FOR, readCookie(visit.request, COOKIE) ?? "");
    if (!flow) return failedPage("This sign-in took too long, or was begun in another browser.", 400);
    const wait = await throttled(visit, null);
    if (wait) return wait;
    const response = await finishUpstream(visit.env, visit.origin + CALLBACK, flow, visit.url.searchParams)
      .then((person) => HANDLERS[flow.intent](visit, flow, person))
      .catch(failed);
    response.headers.append("Set-Cookie", expiredCookie(COOKIE));
    return response;
  },
};

const HANDLERS: Record<UpstreamIntent, (visit: Visit, flow: UpstreamFlow, person: UpstreamPerson) => Promise<Response> | Response> = {
  async sign_in(visit, flow, person) {
    const email = verifiedEmail(person);
    if (email === null) return failedPage("The provider did not say that your e-mail address is verified, so it cannot open an account here.", 403);
    const account_name = accountNameOf(email, visit.env.CROW_SECRET);
    const answer = await callAccount(visit.env, account_name, "signInUpstream", {
      issuer: person.issuer,
      subject: person.subject,
      email,
      name: person.name ?? email.split("@")[0]!.slice(0, 100),
      user_agent: visit.request.headers.get("User-Agent"),
      may_create: await mayCreate(visit, email),
    });
    if (!("failure" in answer)) return entered(visit, account_name, answer, flow.continue_to);
    return answer.failure === "not_linked" ? notLinkedPage() : failedPage("You have no account here. Accounts are made by invitation.", 403);
  },

  async confirm({ env, signed_in }, flow, { issuer, subject }) {
    if (!signed_in) return seeOther("/account/sign-in");
    const answer = await callAccount(env, signed_in.account_name, "reauthenticateUpstream", { session_id: signed_in.session.id, issuer, subject });
    if ("failure" in answer) return failedPage("That is not the identity that is linked to your account.", 403);
    return seeOther(flow.continue_to, [sessionCookie(env, signed_in.account_name, answer)]);
  },

  link(visit, _flow, person) {
    const { signed_in } = visit;
    if (!signed_in) return seeOther("/account/sign-in");
    if (verifiedEmail(person) !== signed_in.account.email)
      return failedPage("Only an identity with the verified e-mail address of your account can be linked to it.", 403);
    return linkPage({ ...visit, signed_in }, person);
  },
};

export const linkUpstreamRoute: Route = freshlySignedIn({
  async post({ env, signed_in }, body) {
    const linking = openValue<Linking>(env, SEALED_FOR, body.get("identity") ?? "");
    if (linking?.session_id !== signed_in.session.id) return failedPage("This took too long; please begin again.", 400);
    const { issuer, subject, session_id } = linking;
    const failure = await callAccount(env, signed_in.account_name, "linkUpstream", { session_id, issuer, subject });
    return failure ? confirmFirst("/account") : seeOther("/account?done=linked");
  },
});

export const unlinkUpstreamRoute: Route = freshlySignedIn({
  async post({ env, signed_in }) {
    const failure = await callAccount(env, signed_in.account_name, "unlinkUpstream", { session_id: signed_in.session.id });
    if (failure?.failure === "last_way_in") return seeOther("/account?problem=last_way_in");
    return failure ? confirmFirst("/account") : seeOther("/account?done=unlinked");
  },
});

function intentOf(text: string | null): UpstreamIntent {
  return text === "confirm" || text === "link" ? text : "sign_in";
}

function verifiedEmail({ email, email_verified }: UpstreamPerson): string | null {
  return email_verified ? (Email.safeParse(email ?? "").data ?? null) : null;
}

/** As for any new account: whoever comes where the deployment is open, else somebody who holds an invitation for this address. */
async function mayCreate(visit: Visit, email: string): Promise<boolean> {
  const mode = signUpMode(visit.env);
  return mode === "open" || (mode === "invite" && (await openInvitation(visit))?.email === email);
}

function linkPage(visit: SignedInVisit, { issuer, subject, email }: UpstreamPerson): Response {
  const linking: Linking = { issuer, subject, session_id: visit.signed_in.session.id };
  const name = upstreamName(visit.env)!;
  return page({
    title: `Sign in with ${name}`,
    signed_in_as: visit.signed_in.account.email,
    body: html`<h1>Sign in with ${name} from now on?</h1>
      <p>Whoever signs in at ${name} as <strong>${email}</strong> will be signed in here as you.</p>
      ${form(visit, "/account/upstream/link", html`${hidden("identity", sealValue(visit.env, SEALED_FOR, linking, LIFETIME_MS))}<button class="full" type="submit">Link ${name}</button>`)}
      ${backLink()}`,
  });
}

function notLinkedPage(): Response {
  return page({
    title: "Not linked yet",
    status: 403,
    body: html`<h1>Not linked yet</h1>
      <p role="alert">
        You have an account with this address, but it is not linked to that provider. Sign in as you did so far, then link it on your account's page.
      </p>
      <p class="after"><a class="button" href="/account/sign-in">Sign in</a></p>`,
  });
}

/** The provider's own words may hold what it should not tell; they go to the log only. */
function failed(error: unknown): Response {
  console.error(JSON.stringify({ level: "error", upstream: error instanceof Error ? `${error.name}: ${error.message}` : "failed" }));
  return failedPage("The provider's answer was not accepted. Nothing was changed; please try again.", 502);
}

function failedPage(text: string, status: number): Response {
  return page({
    title: "That did not work",
    status,
    body: html`<h1>That did not work</h1>
      <p role="alert">${text}</p>
      <p class="after"><a class="button secondary" href="/account/sign-in">Back to sign-in</a></p>`,
  });
}
