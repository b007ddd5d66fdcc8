import { html } from "hono/html";
import type { PasskeyView } from "../../actors/accounts/views.ts";
import { callAccount } from "../../actors/call.ts";
import { deviceName } from "../../domain/accounts/device.ts";
import { alert, done, field, hidden } from "../pages/fields.ts";
import { page, type Html } from "../pages/page.ts";
import { rows } from "../pages/rows.ts";
import { seeOther } from "../pages/redirect.ts";
import { PASSKEY_SCRIPT_PATH, passkeyForm, readPasskey } from "./passkey_form.ts";
import { sinceText } from "./time_text.ts";
import { confirmFirst, form, freshlySignedIn, type Route, type SignedInVisit } from "./visit.ts";

const PATH = "/account/passkeys";
const NAME_LENGTH_MAX = 60;
const DONE: Record<string, string> = {
  added: "The passkey was added.",
  renamed: "The passkey has its new name.",
  removed: "The passkey was removed.",
};
const PROBLEMS: Record<string, string> = {
  refused: "The passkey was not accepted; please try again.",
  too_many: "You have as many passkeys as an account can have. Remove one first.",
  last_way_in: "This is your only way to sign in. Set a password or add another passkey first.",
  not_found: "That passkey was gone already.",
};

/** The account's passkeys, for somebody who has just shown who they are. */
export const passkeysRoute: Route = freshlySignedIn({
  async get(visit) {
    const { env, origin, signed_in } = visit;
    const { account_name, account, session } = signed_in;
    const [passkeys, options] = await Promise.all([
      callAccount(env, account_name, "listPasskeys", {}),
      callAccount(env, account_name, "passkeyOptions", { session_id: session.id, origin }),
    ]);
    const name_field = field({
      name: "name",
      label: "Name",
      autocomplete: "off",
      value: deviceName(visit.request.headers.get("User-Agent")),
      max_length: NAME_LENGTH_MAX,
    });
    const query = visit.url.searchParams;
    return page({
      title: "Passkeys",
      width: "wide",
      signed_in_as: account.email,
      script: PASSKEY_SCRIPT_PATH,
      body: html`<p class="small"><a href="/account">Back to your account</a></p>
        <h1>Passkeys</h1>
        <p class="muted">Sign in with your fingerprint, face or device PIN. Nothing secret leaves your device.</p>
        ${done(DONE[query.get("done") ?? ""])}${alert(PROBLEMS[query.get("problem") ?? ""])}${listCard(visit, passkeys)}
        <section class="card">
          <h2>Add a passkey</h2>
          ${
            "failure" in options
              ? html`<p>${PROBLEMS[options.failure] ?? PROBLEMS.refused}</p>`
              : html`<p class="muted">Give it a name that tells you where it is kept.</p>
                  ${passkeyForm(visit, { action: PATH, options, kind: "create", fields: name_field, button: "Add a passkey" })}
                  <noscript><p>Adding a passkey needs JavaScript.</p></noscript>`
          }
        </section>`,
    });
  },

  /** Adds the one that the browser has just made. */
  async post({ env, origin, signed_in }, body) {
    const passkey = readPasskey(body);
    if (!passkey) return seeOther(`${PATH}?problem=refused`);
    const { account_name, session } = signed_in;
    const answer = { response: passkey, origin, bound_to: session.id };
    return answered(await callAccount(env, account_name, "addPasskey", { session_id: session.id, answer, name: readName(body) }), "added");
  },
});

export const renamePasskeyRoute: Route = freshlySignedIn({
  async post({ env, signed_in }, body) {
    const passkey_id = body.get("passkey_id") ?? "";
    return answered(await callAccount(env, signed_in.account_name, "renamePasskey", { passkey_id, name: readName(body) }), "renamed");
  },
});

export const removePasskeyRoute: Route = freshlySignedIn({
  async post({ env, signed_in }, body) {
    const input = { session_id: signed_in.session.id, passkey_id: body.get("passkey_id") ?? "" };
    return answered(await callAccount(env, signed_in.account_name, "removePasskey", input), "removed");
  },
});

function answered(answer: { failure: string } | null, what: string): Response {
  if (answer?.failure === "stale") return confirmFirst(PATH);
  return seeOther(answer ? `${PATH}?problem=${answer.failure}` : `${PATH}?done=${what}`);
}

function readName(body: URLSearchParams): string {
  return (body.get("name") ?? "").trim().slice(0, NAME_LENGTH_MAX) || "Passkey";
}

function listCard(visit: SignedInVisit, passkeys: PasskeyView[]): Html {
  if (passkeys.length === 0) return html``;
  return html`<section class="card">
    <h2>Your passkeys</h2>
    ${rows(
      passkeys.map(
        (passkey) =>
          html`<li>
            <div class="what">
              <strong>${passkey.name}</strong
              ><span class="muted small"
                >${passkey.synced ? "Synced between your devices" : "Kept on one device"} ·
                ${sinceText("added", passkey.created_at_ms, passkey.last_used_at_ms)}${passkey.last_used_at_ms === null ? ", never used" : ""}</span
              >
              <details class="small">
                <summary>Rename</summary>
                ${form(visit, `${PATH}/rename`, renameFields(passkey), "inline-form")}
              </details>
            </div>
            ${form(
              visit,
              `${PATH}/remove`,
              html`${hidden("passkey_id", passkey.id)}<button class="danger compact" type="submit" aria-label="Remove ${passkey.name}">
                  Remove
                </button>`,
              "",
            )}
          </li>`,
      ),
    )}
  </section>`;
}

function renameFields({ id, name }: PasskeyView): Html {
  const input_id = `name-${id}`;
  return html`${hidden("passkey_id", id)}
    <div class="field">
      <label for="${input_id}">New name</label>
      <input id="${input_id}" name="name" type="text" autocomplete="off" value="${name}" maxlength="${NAME_LENGTH_MAX}" required />
    </div>
    <button class="secondary compact" type="submit">Rename</button>`;
}
