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
  /** The application that a person goes on to from there. */
  application_name?: string | undefined;
}

export function flowFields(env: Env, { continue_to, form_targets, application_name }: Flow): Html {
  const known = JSON.stringify({ form_targets, application_name });
  const fields = html`${hidden("flow", known)}${hidden("flow_signature", signText(env.CROW_SECRET, "forms", "flow", known))}`;
  return html`${hidden("continue", continue_to)}${form_targets.length > 0 ? fields : ""}`;
}

/** The flow of a posted form. Only targets and a name that we once put there count. */
export function readFlow(env: Env, form: URLSearchParams): Flow {
  const known = form.get("flow") ?? "";
  const isOurs = verifyText(env.CROW_SECRET, "forms", "flow", known, form.get("flow_signature") ?? "");
  const { form_targets, application_name } = isOurs ? (JSON.parse(known) as Omit<Flow, "continue_to">) : { form_targets: [] };
  return { continue_to: continuePath(form.get("continue")), form_targets, application_name };
}
