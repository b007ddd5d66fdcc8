import { PASSWORD_LENGTH_MIN } from "../../domain/accounts/password.ts";
import { field } from "../pages/fields.ts";
import type { Html } from "../pages/page.ts";

/** Where somebody chooses a password. */
export function newPasswordField(options: { name: string; label: string; error: string | null; autofocus: boolean }): Html {
  return field({
    ...options,
    type: "password",
    autocomplete: "new-password",
    hint: `At least ${PASSWORD_LENGTH_MIN} characters. A few unrelated words are easy to remember.`,
    min_length: PASSWORD_LENGTH_MIN,
  });
}
