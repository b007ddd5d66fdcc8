import { readSignedValue, signValue } from "../../actors/secrets/signed_value.ts";
import { callAccount } from "../../actors/call.ts";
import { FRESH_MS, SESSION_LIFETIME_MS } from "../../actors/accounts/sessions.ts";
import type { AccountView, SessionToken, SessionView } from "../../actors/accounts/views.ts";
import type { Membership } from "../../domain/accounts/account.ts";
import { cookie, expiredCookie, readCookie, type CookieName } from "../pages/cookies.ts";

const SESSION_COOKIE: CookieName = "__Host-crow_session";
const COOKIE_MAX_AGE_S = SESSION_LIFETIME_MS / 1_000;

/** Who the browser's session belongs to. */
export interface SignedIn {
  /** The account's actor, to ask it more. */
  account_name: string;
  account: AccountView;
  session: SessionView;
  memberships: Membership[];
  /** To be set with the answer: the session's new secret, when it got one. */
  set_cookie: string | null;
}

/** The session that the request's cookie names, when it is valid. A cookie that we did not make is read no further than its signature. */
export async function readSession(request: Request, env: Env): Promise<SignedIn | null> {
  const named = parseSessionCookie(request, env);
  if (!named) return null;
  const { account_name, ...token } = named;
  const opened = await callAccount(env, account_name, "session", token);
  if (!opened) return null;
  const { account, session, memberships, rotated } = opened;
  const set_cookie = rotated === null ? null : sessionCookie(env, account_name, { session_id: session.id, secret: rotated });
  return { account_name, account, session, memberships, set_cookie };
}

export function sessionCookie(env: Env, account_name: string, { session_id, secret }: SessionToken): string {
  return cookie(SESSION_COOKIE, signValue(env.CROW_SECRET, "session", `${account_name}.${session_id}.${secret}`), COOKIE_MAX_AGE_S);
}

export function endedSessionCookie(): string {
  return expiredCookie(SESSION_COOKIE);
}

/** Whether an answer sets or removes the session's cookie already. */
export function setsSessionCookie(headers: Headers): boolean {
  return headers.getSetCookie().some((value) => value.startsWith(`${SESSION_COOKIE}=`));
}

/** Whether its owner proved who they are a short while ago. */
export function isFresh({ session }: SignedIn): boolean {
  return session.authenticated_at_ms > Date.now() - FRESH_MS;
}

function parseSessionCookie(request: Request, env: Env): (SessionToken & { account_name: string }) | null {
  const value = readSignedValue(env.CROW_SECRET, "session", readCookie(request, SESSION_COOKIE) ?? "");
  const match = /^(acc_[0-9a-z]{26})\.(ses_[0-9a-z]{26})\.([\w-]{43})$/.exec(value ?? "");
  return match ? { account_name: match[1]!, session_id: match[2]!, secret: match[3]! } : null;
}
