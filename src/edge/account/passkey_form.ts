import { html } from "hono/html";
import type { PublicKeyCredentialCreationOptionsJSON, PublicKeyCredentialRequestOptionsJSON } from "@simplewebauthn/server";
import { readSignedValue } from "../../actors/secrets/signed_value.ts";
import { formTokenField } from "../pages/forms.ts";
import type { Html } from "../pages/page.ts";
import type { Visit } from "./visit.ts";

export const PASSKEY_SCRIPT_PATH = "/account/passkey.js";

export interface PasskeyFormOptions {
  action: string;
  options: PublicKeyCredentialCreationOptionsJSON | PublicKeyCredentialRequestOptionsJSON;
  kind: "create" | "get";
  fields: Html;
  button: string;
  secondary?: boolean;
}

/** A form that the script fills with the browser's answer. Hidden where there is no script or no passkey. */
export function passkeyForm(visit: Visit, { action, options, kind, fields, button, secondary }: PasskeyFormOptions): Html {
  return html`<form class="stack" method="post" action="${action}" data-passkey="${kind}" data-options="${JSON.stringify(options)}" hidden>
    ${formTokenField(visit.env, visit.form_key)}${fields}<input type="hidden" name="passkey" value="" />
    <div class="alert" role="alert" hidden></div>
    <button class="full${secondary ? " secondary" : ""}" type="submit">${button}</button>
  </form>`;
}

/** What the browser said, or null when it is no such thing. The account's actor judges it. */
export function readPasskey(form: URLSearchParams): { id: string; response: { userHandle?: string } } | null {
  try {
    const value = JSON.parse(form.get("passkey") ?? "") as { id?: unknown; response?: { userHandle?: unknown } } | null;
    if (typeof value?.id !== "string" || typeof value.response !== "object" || value.response === null) return null;
    return value as { id: string; response: { userHandle?: string } };
  } catch {
    return null;
  }
}

/** The account that a passkey says it belongs to: its user handle, when we made it. */
export function accountOfPasskey(env: Env, passkey: { response: { userHandle?: string } }): string | null {
  const handle = Buffer.from(String(passkey.response.userHandle ?? ""), "base64url").toString("utf8");
  return readSignedValue(env.CROW_SECRET, "passkey", handle);
}

const SCRIPT = `// Asks the browser for a passkey and posts what it answers with the page's own form.
const messages = {
  NotAllowedError: "Nothing was done: the request was cancelled or timed out.",
  InvalidStateError: "This device has a passkey for your account already.",
  SecurityError: "Passkeys do not work on this address; use the site's own name.",
};

for (const form of document.querySelectorAll("form[data-passkey]")) prepare(form);

function prepare(form) {
  if (!globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON) return;
  const [alert, button] = [form.querySelector("[role=alert]"), form.querySelector("button")];
  form.hidden = false;
  for (const part of document.querySelectorAll("[data-with-passkey]")) part.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    alert.hidden = true;
    button.disabled = true;
    try {
      const credential = await ask(form.dataset.passkey, JSON.parse(form.dataset.options));
      form.elements.passkey.value = JSON.stringify(credential.toJSON());
      form.submit();
      form.elements.passkey.value = "";
    } catch (error) {
      alert.textContent = messages[error.name] ?? "The browser could not do this.";
      alert.hidden = false;
      button.disabled = false;
    }
  });
}

function ask(kind, options) {
  if (kind === "create") return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
}
`;

export function passkeyScript(): Response {
  return new Response(SCRIPT, { headers: { "Content-Type": "text/javascript; charset=utf-8", "Cache-Control": "public, max-age=300" } });
}
