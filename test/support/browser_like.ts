import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import worker from "../../src/edge/worker.ts";
import { BASE_URL } from "./api.ts";

export interface Form {
  action: string;
  /** Hidden and prefilled inputs. */
  values: Record<string, string>;
}

export interface Visited {
  status: number;
  /** Path and query of the page that was reached; an absolute address where the way led to another site. */
  at: string;
  /** Every Location on the way. */
  redirects: string[];
  headers: Headers;
  text: string;
  forms: Form[];
}

const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/**
 * A browser without a screen: keeps cookies, follows redirects, fills and posts the forms it is shown. Each has an address of its own, so that tests do not
 * throttle each other. `settings` change the Worker's environment for its requests.
 */
export class BrowserLike {
  readonly cookies = new Map<string, string>();
  readonly address = `10.${byte()}.${byte()}.${byte()}`;

  constructor(private readonly settings: Partial<Env> = {}) {}

  /** One request, no redirect followed. */
  async request(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (!headers.has("CF-Connecting-IP")) headers.set("CF-Connecting-IP", this.address);
    if (!headers.has("User-Agent")) headers.set("User-Agent", FIREFOX);
    if (this.cookies.size > 0 && !headers.has("Cookie"))
      headers.set("Cookie", [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; "));
    const context = createExecutionContext();
    const request = new Request(new URL(path, BASE_URL), { ...init, headers, redirect: "manual" });
    const response = await worker.fetch(request as Request<unknown, IncomingRequestCfProperties>, { ...env, ...this.settings } as Env, context);
    await waitOnExecutionContext(context);
    for (const text of response.headers.getSetCookie()) this.keep(text);
    return response;
  }

  async open(path: string, init: RequestInit = {}): Promise<Visited> {
    const redirects: string[] = [];
    let at = path;
    let response = await this.request(at, init);
    while (response.status === 303 || response.status === 302) {
      at = response.headers.get("Location")!;
      redirects.push(at);
      if (/^https?:/.test(at)) return { status: response.status, at, redirects, headers: response.headers, text: "", forms: [] };
      if (redirects.length > 10) throw new Error(`Too many redirects: ${redirects.join(" ")}`);
      response = await this.request(at);
    }
    const text = await response.text();
    return { status: response.status, at, redirects, headers: response.headers, text, forms: formsOf(text) };
  }

  /** Fills in and posts the form with this action. */
  submit(page: Visited, action: string, values: Record<string, string> = {}, headers: Record<string, string> = {}): Promise<Visited> {
    const form = page.forms.find((candidate) => candidate.action === action);
    if (!form) throw new Error(`No form ${action} at ${page.at} (${page.status}): ${page.text}`);
    return this.post(action, { ...form.values, ...values }, headers);
  }

  post(path: string, values: Record<string, string>, headers: Record<string, string> = {}): Promise<Visited> {
    return this.open(path, {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded", Origin: "null", "Sec-Fetch-Site": "same-origin", ...headers },
      body: new URLSearchParams(values).toString(),
    });
  }

  private keep(text: string): void {
    const [pair = ""] = text.split(";");
    const [name = "", value = ""] = [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)];
    if (/Max-Age=0(?:;|$)/.test(text)) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}

/** The forms of a page. */
export function formsOf(text: string): Form[] {
  return [...text.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].map(([, head = "", inside = ""]) => ({
    action: attribute(head, "action") ?? "",
    values: Object.fromEntries(
      [...inside.matchAll(/<input\b([^>]*)>/g)]
        .filter(([, tag = ""]) => attribute(tag, "type") !== "checkbox" && attribute(tag, "name") !== null)
        .map(([, tag = ""]) => [attribute(tag, "name")!, attribute(tag, "value") ?? ""]),
    ),
  }));
}

function attribute(tag: string, name: string): string | null {
  const value = new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(tag)?.[1];
  return value === undefined ? null : unescapeHtml(value);
}

/** Text as it stood before it was put into a page. */
export function unescapeHtml(text: string): string {
  const entities: Record<string, string> = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'" };
  return text.replaceAll(/&(?:amp|lt|gt|quot|#39);/g, (entity) => entities[entity]!);
}

function byte(): number {
  return crypto.getRandomValues(new Uint8Array(1))[0]!;
}
