import { errorLine } from "../../domain/error_line.ts";
import { html } from "hono/html";
import { backButton } from "../pages/back.ts";
import { formProblemPage, readForm } from "../pages/forms.ts";
import { page } from "../pages/page.ts";
import { STYLE_PATH, styleSheet } from "../pages/style.ts";
import type { RequestLog } from "../request_context.ts";
import { apiKeyRoute } from "./api_key.ts";
import { revokeApplicationRoute } from "./applications.ts";
import { confirmRoute } from "./confirm.ts";
import { deleteAccountRoute } from "./delete.ts";
import { invitationRoute, invitedSignUpRoute } from "./invitation.ts";
import { leaveOrganizationRoute, newOrganizationRoute } from "./organizations.ts";
import { overviewRoute } from "./overview.ts";
import { PASSKEY_SCRIPT_PATH, passkeyScript } from "./passkey_form.ts";
import { passkeysRoute, removePasskeyRoute, renamePasskeyRoute } from "./passkeys.ts";
import { passwordRoute } from "./password.ts";
import { recoveryRoute } from "./recovery.ts";
import { revokeOtherSessionsRoute, revokeSessionRoute } from "./sessions.ts";
import { passkeySignInRoute, signInRoute } from "./sign_in.ts";
import { signOutRoute } from "./sign_out.ts";
import { signUpRoute } from "./sign_up.ts";
import { linkUpstreamRoute, unlinkUpstreamRoute, upstreamCallbackRoute, upstreamRoute } from "./upstream.ts";
import { finish, startVisit, type Route } from "./visit.ts";

const ROUTES: Record<string, Route> = {
  "/account": overviewRoute,
  "/account/sign-in": signInRoute,
  "/account/sign-in/passkey": passkeySignInRoute,
  "/account/sign-up": signUpRoute,
  "/account/sign-out": signOutRoute,
  "/account/invitation": invitationRoute,
  "/account/invitation/sign-up": invitedSignUpRoute,
  "/account/recovery": recoveryRoute,
  "/account/upstream": upstreamRoute,
  "/account/upstream/callback": upstreamCallbackRoute,
  "/account/upstream/link": linkUpstreamRoute,
  "/account/upstream/unlink": unlinkUpstreamRoute,
  "/account/confirm": confirmRoute,
  "/account/password": passwordRoute,
  "/account/passkeys": passkeysRoute,
  "/account/passkeys/rename": renamePasskeyRoute,
  "/account/passkeys/remove": removePasskeyRoute,
  "/account/sessions/revoke": revokeSessionRoute,
  "/account/sessions/revoke-others": revokeOtherSessionsRoute,
  "/account/applications/revoke": revokeApplicationRoute,
  "/account/organizations/new": newOrganizationRoute,
  "/account/organizations/leave": leaveOrganizationRoute,
  "/account/api-key": apiKeyRoute,
  "/account/delete": deleteAccountRoute,
};

/** The account's pages; null for any other path. A GET changes nothing; a POST is read only when it comes from a page of ours. */
export async function handleAccount(request: Request, env: Env, url: URL, log: RequestLog): Promise<Response | null> {
  const path = url.pathname;
  if (path !== "/account" && !path.startsWith("/account/")) return null;
  log.protocol = "account";
  if (path === STYLE_PATH) return styleSheet();
  if (path === PASSKEY_SCRIPT_PATH) return passkeyScript();
  const route = ROUTES[path];
  if (!route) return problemPage("There is no such page", 404);
  const method = request.method === "HEAD" ? "GET" : request.method;
  const handler = method === "GET" ? route.get : method === "POST" ? route.post : undefined;
  if (!handler)
    return problemPage("This address does not take that", 405, {
      Allow: [route.get ? "GET, HEAD" : "", route.post ? "POST" : ""].filter(Boolean).join(", "),
    });
  const visit = await startVisit(request, env, log);
  const form = method === "POST" ? await readForm(request, env, visit.form_key) : new URLSearchParams();
  if ("problem" in form) {
    log.error = `FORM_${form.problem.toUpperCase()}`;
    return formProblemPage(form.problem);
  }
  try {
    return finish(visit, await handler(visit, form));
  } catch (error) {
    log.error = "INTERNAL_ERROR";
    console.error(errorLine({ request_id: log.request_id }, error));
    return problemPage(`Something failed on our side; report ${log.request_id} if it persists`, 500);
  }
}

function problemPage(title: string, status: number, headers: HeadersInit = {}): Response {
  return page({
    title,
    status,
    headers,
    body: html`<h1>${title}</h1>
      ${backButton()}`,
  });
}
