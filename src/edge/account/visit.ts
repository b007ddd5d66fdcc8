import { html } from "hono/html";
import { baseUrlOf } from "../base_url.ts";
import { anonymousFormKey, formTokenField } from "../pages/forms.ts";
import type { Html } from "../pages/page.ts";
import { seeOther } from "../pages/redirect.ts";
import type { RequestLog } from "../request_context.ts";
import { isFresh, readSession, setsSessionCookie, type SignedIn } from "./session.ts";

/** A browser's request for one of the account's pages, and who it comes from. */
export interface Visit {
  request: Request;
  env: Env;
  url: URL;
  origin: string;
  request_id: string;
  signed_in: SignedIn | null;
  /** Ties forms and passkey challenges to this browser: its session, or an anonymous cookie. */
  form_key: string;
  /** To be set with the answer: the anonymous cookie, when it is new. */
  set_form_cookie: string | null;
}

export interface SignedInVisit extends Visit {
  signed_in: SignedIn;
}

export type Handler<Of extends Visit = Visit> = (visit: Of, form: URLSearchParams) => Promise<Response> | Response;

/** A page's handlers. `post` gets the form, which was checked to come from one of our pages. */
export interface Route<Of extends Visit = Visit> {
  get?: Handler<Of>;
  post?: Handler<Of>;
}

export async function startVisit(request: Request, env: Env, log: RequestLog): Promise<Visit> {
  const signed_in = await readSession(request, env);
  if (signed_in) log.credential = signed_in.account.id;
  const anonymous = signed_in ? null : anonymousFormKey(request);
  return {
    request,
    env,
    url: new URL(request.url),
    origin: baseUrlOf(request, env),
    request_id: log.request_id,
    signed_in,
    form_key: signed_in?.session.id ?? anonymous!.key,
    set_form_cookie: anonymous?.set_cookie ?? null,
  };
}

/** A form of ours, with the token that lets its POST in. */
export function form(visit: Visit, action: string, body: Html, style = "stack"): Html {
  return html`<form class="${style}" method="post" action="${action}">${formTokenField(visit.env, visit.form_key)}${body}</form>`;
}

/** The answer with the visit's cookies, unless it sets or removes the session itself. */
export function finish(visit: Visit, response: Response): Response {
  if (visit.signed_in?.set_cookie && !setsSessionCookie(response.headers)) response.headers.append("Set-Cookie", visit.signed_in.set_cookie);
  if (visit.set_form_cookie) response.headers.append("Set-Cookie", visit.set_form_cookie);
  return response;
}

/** Lets only signed-in people pass; others sign in first and then go on where they were. */
export function signedIn(route: Route<SignedInVisit>): Route {
  return guard(route, () => null);
}

/** The same for dangerous changes: who has not proved who they are for some minutes does so first. */
export function freshlySignedIn(route: Route<SignedInVisit>): Route {
  return guard(route, (visit) => (isFresh(visit.signed_in) ? null : confirmFirst(pathOf(visit, route))));
}

/** To the page that asks for the password or passkey again, and from there to this path. */
export function confirmFirst(path: string): Response {
  return seeOther(`/account/confirm?continue=${encodeURIComponent(path)}`);
}

function guard(route: Route<SignedInVisit>, refuse: (visit: SignedInVisit) => Response | null): Route {
  const wrap =
    (handler: Handler<SignedInVisit>): Handler =>
    (visit, body) => {
      if (!visit.signed_in) return seeOther(`/account/sign-in?continue=${encodeURIComponent(pathOf(visit, route))}`);
      return refuse(visit as SignedInVisit) ?? handler(visit as SignedInVisit, body);
    };
  return { ...(route.get ? { get: wrap(route.get) } : {}), ...(route.post ? { post: wrap(route.post) } : {}) };
}

/** Where a GET shows this again: the POST of a route without a page belongs to the account's own page. */
function pathOf({ url }: Visit, route: Route<SignedInVisit>): string {
  return route.get ? url.pathname + url.search : "/account";
}
