// Makes the demo organization's owner as anybody would become one: an invitation, its link, the form on the page.
import { randomInt } from "node:crypto";

const EMAIL = "owner@demo.example";
const NAME = "Demo Owner";
const SYLLABLES = ["ba", "de", "fi", "go", "ku", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "wo", "zu"];

/** What goes into demo.json before the owner is made, so that a crash cannot lose the password of an account that exists. */
export function newOwner() {
  return { owner_email: EMAIL, owner_password: randomPassword() };
}

/** Invites the owner and signs them up. Safe to repeat: whoever is a member already stays one. */
export async function ensureOwner({ base_url, operator_token, organization_id, owner_email, owner_password }) {
  const invitation = await fetch(`${base_url}/api/v1/invitations`, {
    method: "POST",
    headers: { Authorization: `Bearer ${operator_token}`, "X-Organization-Id": organization_id, "Content-Type": "application/json" },
    body: JSON.stringify({ email: owner_email, role: "owner" }),
  });
  if (invitation.status === 409) return;
  const { url, error } = await invitation.json();
  if (error) throw new Error(`The demo owner was not invited: ${JSON.stringify(error)}`);
  const browser = new Browser(base_url);
  const page = await browser.open(new URL(url).pathname + new URL(url).search);
  const form_token = formToken(page.text);
  if (!form_token) throw new Error(`The demo owner's invitation page has no form (HTTP ${page.status})`);
  const joined = await browser.open("/account/invitation/sign-up", { form_token, name: NAME, password: owner_password });
  if (joined.status !== 200) throw new Error(`The demo owner could not join (HTTP ${joined.status})`);
  await browser.open("/account/sign-out", { form_token: formToken(joined.text) });
}

function formToken(text) {
  return /name="form_token"\s+value="([^"]+)"/.exec(text)?.[1];
}

/** Just enough of one: keeps cookies, follows redirects, posts a form. */
class Browser {
  cookies = new Map();

  constructor(base_url) {
    this.base_url = base_url;
  }

  async open(path, form) {
    const headers = { Cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ") };
    const init = form ? { method: "POST", body: new URLSearchParams(form), headers } : { headers };
    const response = await fetch(this.base_url + path, { ...init, redirect: "manual" });
    for (const cookie of response.headers.getSetCookie()) {
      const [name, value] = cookie.split(";")[0].split(/=(.*)/s);
      this.cookies.set(name, value);
    }
    if (response.status === 303) return this.open(response.headers.get("Location"));
    return { status: response.status, text: await response.text() };
  }
}

/** 60 bits that a person can type: five words of three syllables, and digits. */
function randomPassword() {
  const word = () => Array.from({ length: 3 }, () => SYLLABLES[randomInt(SYLLABLES.length)]).join("");
  return [...Array.from({ length: 5 }, word), randomInt(10, 100)].join("-");
}
