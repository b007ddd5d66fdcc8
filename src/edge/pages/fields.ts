import { html } from "hono/html";
import type { Html } from "./page.ts";

export interface FieldOptions {
  name: string;
  label: string;
  type?: "text" | "email" | "password";
  autocomplete: string;
  value?: string;
  hint?: string;
  error?: string | null;
  readonly?: boolean;
  min_length?: number;
  max_length?: number;
  autofocus?: boolean;
}

/** A labelled input whose hint and error are tied to it for screen readers. */
export function field(options: FieldOptions): Html {
  const { name, type = "text" } = options;
  const described_by = [options.hint ? `${name}-hint` : "", options.error ? `${name}-error` : ""].filter(Boolean).join(" ");
  return html`<div class="field">
    <label for="${name}">${options.label}</label>
    <input
      id="${name}"
      name="${name}"
      type="${type}"
      autocomplete="${options.autocomplete}"
      value="${options.value ?? ""}"
      ${flags(options)}${described_by ? html` aria-describedby="${described_by}"` : ""}
    />
    ${options.hint ? html`<div class="hint" id="${name}-hint">${options.hint}</div>` : ""}${options.error ? html`<div class="alert" role="alert" id="${name}-error">${options.error}</div>` : ""}
  </div>`;
}

function flags(options: FieldOptions): Html {
  return html`required${options.readonly ? " readonly" : ""}${options.autofocus ? " autofocus" : ""}${options.error ? html` aria-invalid="true"` : ""}${options.min_length ? html` minlength="${options.min_length}"` : ""}${options.max_length ? html` maxlength="${options.max_length}"` : ""}${options.type === "email" ? html` autocapitalize="none" spellcheck="false"` : ""}`;
}

export function hidden(name: string, value: string): Html {
  return html`<input type="hidden" name="${name}" value="${value}" />`;
}

/** What went wrong, said at once by screen readers; nothing where nothing did. */
export function alert(text: string | null | undefined): Html {
  return text ? html`<div class="alert" role="alert">${text}</div>` : html``;
}

/** What was done. */
export function done(text: string | null | undefined): Html {
  return text ? html`<div class="done" role="status">${text}</div>` : html``;
}
