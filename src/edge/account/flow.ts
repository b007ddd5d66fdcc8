import { html } from "hono/html";
import { signText, verifyText } from "../../actors/core/derived_keys.ts";
import { hidden } from "../pages/fields.ts";
import type { Html } from "../pages/page.ts";
import { continuePath } from "./continue_path.ts";

/** What a sign-in is for: carried from page to page in hidden fields until somebody is signed in. */
export interface Flow {
  /** A path of ours. */
  continue_to: string;
  /** Where that path may redirect at once: the page's policy must let a form's answer go there. */
  form_targets: readonly string[];
}

export function flowFields(env: Env, { continue_to, form_targets }: Flow): Html {
  const targets = form_targets.join(" ");
  return html`${hidden("continue", continue_to)}${targets ? html`${hidden("form_targets", targets)}${hidden("form_targets_signature", signature(env, targets))}` : ""}`;
}

/** The flow of a posted form. Only targets that we once put there count. */
export function readFlow(env: Env, form: URLSearchParams): Flow {
  const targets = form.get("form_targets") ?? "";
  const isOurs = verifyText(env.CROW_SECRET, "forms", "form targets", targets, form.get("form_targets_signature") ?? "");
  return { continue_to: continuePath(form.get("continue")), form_targets: isOurs && targets !== "" ? targets.split(" ") : [] };
}

function signature(env: Env, targets: string): string {
  return signText(env.CROW_SECRET, "forms", "form targets", targets);
}
