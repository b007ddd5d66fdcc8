import { html } from "hono/html";
import { OAUTH_ERRORS, type OAuthError } from "../../domain/oauth/errors.ts";
import { backButton } from "../pages/back.ts";
import { page } from "../pages/page.ts";

/** For a request that no client can be told about: it may not be the client's at all. */
export function refusalPage(error: OAuthError): Response {
  return page({
    title: "This sign-in cannot go on",
    status: OAUTH_ERRORS[error.error] === 401 ? 400 : OAUTH_ERRORS[error.error],
    ...(error.retry_after_s === undefined ? {} : { headers: { "Retry-After": String(error.retry_after_s) } }),
    body: html`<h1>This sign-in cannot go on</h1>
      <p role="alert">${error.description}.</p>
      <p class="hint">Nothing was sent to the application. Its developers find the reason here: <code>${error.error}</code>.</p>
      ${backButton()}`,
  });
}
