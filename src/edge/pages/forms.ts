import { randomBytes } from "node:crypto";
import { html } from "hono/html";
import { signText, verifyText } from "../../actors/core/derived_keys.ts";
import { readBounded } from "../../protocols/bounded_body.ts";
import { baseUrlOf } from "../base_url.ts";
import { backButton } from "./back.ts";
import { cookie, readCookie, type CookieName } from "./cookies.ts";
import { page, type Html } from "./page.ts";

const FORM_COOKIE: CookieName = "__Host-crow_form";
const FORM_BYTES_MAX = 16 * 1_024;
const FIELD = "form_token";

export type FormProblem = "media_type" | "too_large" | "elsewhere" | "token";

/** The token that proves that a form came from a page of ours, shown to the browser that holds `key` (a session's id, or the anonymous cookie). */
export function formToken(env: Env, key: string): string {
  return signText(env.CROW_SECRET, "forms", "form token", key);
}

/** The token as the hidden field that `readForm` looks for. */
export function formTokenField(env: Env, key: string): Html {
  return html`<input type="hidden" name="${FIELD}" value="${formToken(env, key)}" />`;
}

/** The key of a browser that is not signed in: a random cookie, made when it has none. */
export function anonymousFormKey(request: Request): { key: string; set_cookie: string | null } {
  const known = readCookie(request, FORM_COOKIE);
  if (known !== null && /^[\w-]{22}$/.test(known)) return { key: known, set_cookie: null };
  const key = randomBytes(16).toString("base64url");
  return { key, set_cookie: cookie(FORM_COOKIE, key) };
}

/** Reads a form that one of our pages posted, or says what is wrong with it. Every POST of a page goes through here. */
export async function readForm(request: Request, env: Env, key: string): Promise<URLSearchParams | { problem: FormProblem }> {
  if (!/^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(request.headers.get("Content-Type") ?? "")) return { problem: "media_type" };
  if (!comesFromHere(request, env)) return { problem: "elsewhere" };
  const text = await readBounded(request.body, FORM_BYTES_MAX);
  if (text === null) return { problem: "too_large" };
  const form = new URLSearchParams(text);
  if (!verifyText(env.CROW_SECRET, "forms", "form token", key, form.get(FIELD) ?? "")) return { problem: "token" };
  return form;
}

/** Our pages send no referrer, so a browser says `Origin: null` for their forms; it then says `same-origin` beside it. */
function comesFromHere(request: Request, env: Env): boolean {
  const site = request.headers.get("Sec-Fetch-Site");
  if (site !== null && site !== "same-origin" && site !== "none") return false;
  const origin = request.headers.get("Origin");
  return origin === null || origin === baseUrlOf(request, env) || (origin === "null" && site === "same-origin");
}

const PROBLEMS: Record<FormProblem, { status: number; text: string }> = {
  media_type: { status: 415, text: "This address takes what its page's form sends, and nothing else." },
  too_large: { status: 413, text: "That was more than this form takes." },
  elsewhere: { status: 403, text: "This form was sent from another site, so nothing was done." },
  token: { status: 403, text: "This form was opened before you signed in or out, or its cookie is gone, so nothing was done." },
};

/** The page for a form that `readForm` refused. */
export function formProblemPage(problem: FormProblem): Response {
  const { status, text } = PROBLEMS[problem];
  return page({
    title: "Nothing was changed",
    status,
    body: html`<h1>Nothing was changed</h1>
      <p role="alert">${text} Go back, reload the page and try again.</p>
      ${backButton()}`,
  });
}
