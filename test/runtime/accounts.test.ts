// A person at a real browser: every account page works, with passkeys and without script, and fits the screen.
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser } from "./browser.ts";
import { startServer, type RunningServer } from "./server.ts";

let server: RunningServer;
let browser: Browser;
const complaints: string[] = [];

beforeAll(async () => {
  server = await startServer();
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await server.stop("SIGTERM");
  rmSync(server.data, { recursive: true, force: true });
});

type ContextOptions = NonNullable<Parameters<Browser["newContext"]>[0]>;

/** A browser profile of its own, with a built-in authenticator whose owner always agrees. */
async function newPage(options: ContextOptions = {}): Promise<{ page: Page; context: BrowserContext }> {
  const context = await browser.newContext({ baseURL: server.demo.base_url, ...options });
  const page = await context.newPage();
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => message.type() === "error" && complaints.push(`${page.url()}: ${message.text()}`));
  const devtools = await context.newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { page, context };
}

async function signIn(page: Page): Promise<void> {
  await page.goto("/account");
  await page.getByLabel("E-mail").fill(server.demo.owner_email);
  await page.getByLabel("Password").fill(server.demo.owner_password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL("**/account");
}

/** A link for the demo owner, which nobody uses. */
async function recoveryPath(): Promise<string> {
  const { base_url, operator_token, owner_email } = server.demo;
  const headers = { Authorization: `Bearer ${operator_token}`, "Content-Type": "application/json" };
  const reply = await fetch(`${base_url}/api/v1/account-recovery`, { method: "POST", headers, body: JSON.stringify({ email: owner_email }) });
  const url = new URL(((await reply.json()) as { url: string }).url);
  return url.pathname + url.search;
}

const apiKeyPath = (): string => `/account/api-key?organization=${server.demo.organization_id}`;

const PAGES = ["/account/sign-in", "/account", "/account/passkeys", "/account/password", "/account/confirm", "/account/delete", "/account/sign-up"];

describe("the demo owner", () => {
  it("signs in with the printed password, adds a passkey, signs out, and signs in by the passkey alone", async () => {
    const { page, context } = await newPage();
    await signIn(page);
    expect(await page.getByText("Demo Shop", { exact: true }).count()).toBe(1);
    await page.getByRole("link", { name: "Add a passkey" }).click();
    await page.getByLabel("Name").fill("This laptop");
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await page.waitForURL("**/account/passkeys?done=added");
    expect(await page.getByText("This laptop").count()).toBeGreaterThan(0);
    await page.goto("/account");
    await page.getByRole("button", { name: "Sign out", exact: true }).first().click();
    await page.waitForURL("**/account/sign-in");
    expect((await context.cookies()).map(({ name }) => name)).not.toContain("__Host-crow_session");
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await page.waitForURL("**/account");
    const session = (await context.cookies()).find(({ name }) => name === "__Host-crow_session");
    expect(session).toMatchObject({ httpOnly: true, secure: true, sameSite: "Lax", path: "/" });
    await page.goto("/account/confirm?continue=%2Faccount%2Fpasskeys");
    await page.getByRole("button", { name: "Use a passkey" }).click();
    await page.waitForURL("**/account/passkeys");
    await context.close();
  });

  it("makes an API key, and the command beside it works as it stands", async () => {
    const { page, context } = await newPage();
    await page.goto("/account/sign-in");
    await signIn(page);
    expect(await page.getByText(server.demo.organization_id).count()).toBe(1);
    await page.getByRole("link", { name: "New API key" }).click();
    await page.getByLabel("Name").fill("My laptop");
    await page.getByLabel("Read only").check();
    await page.getByRole("button", { name: "Create API key" }).click();
    await page.getByRole("heading", { name: "Your API key" }).waitFor();
    const command = (await page.getByText("curl -s").textContent())!;
    expect(execFileSync("sh", ["-c", command], { encoding: "utf8" })).toContain("Demo Shop");
    // Where the page sends them next: the right operation is open.
    await page.getByRole("link", { name: "Invite people" }).click();
    await page.locator("#operations-invitations-invitations_create.is-open").waitFor();
    await context.close();
  });

  it("is told when the passkey is not there, and can go on with the password", async () => {
    const { page, context } = await newPage();
    await page.goto("/account/sign-in");
    // This profile's authenticator holds no passkey: the browser itself refuses.
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await page.getByRole("alert").filter({ hasText: "Nothing was done" }).waitFor();
    await signIn(page);
    await context.close();
  });

  it("needs no script to sign in and out", async () => {
    const { page, context } = await newPage({ javaScriptEnabled: false });
    await page.goto("/account/sign-in");
    expect(await page.getByRole("button", { name: "Sign in with a passkey" }).isVisible()).toBe(false);
    await signIn(page);
    await page.getByRole("button", { name: "Sign out", exact: true }).first().click();
    await page.waitForURL("**/account/sign-in");
    await context.close();
  });
});

describe.each([
  ["light", 1_200],
  ["dark", 1_200],
  ["light", 360],
  ["dark", 360],
] as const)("every page in %s, %i pixels wide", (colorScheme, width) => {
  it("fits, has one heading, a language and a label for every input, and text that can be read", async () => {
    const { page, context } = await newPage({ colorScheme, viewport: { width, height: 800 } });
    await page.goto("/account/sign-in");
    await signIn(page);
    for (const path of [apiKeyPath(), ...PAGES, await recoveryPath()]) {
      if (path === "/account/sign-up") await context.clearCookies();
      await page.goto(path);
      const found = await page.evaluate(INSPECTION);
      expect(found, path).toMatchObject({ headings: 1, language: "en", unlabelled: [], overflows: false, unnamed: [] });
      expect(found.contrast, path).toBeGreaterThan(4.5);
    }
    await context.close();
  });
});

describe("the browser", () => {
  it("had nothing to complain about: no script error, nothing that the policy refused", () => {
    // The page that says that nobody may sign up here answers 403; the reference's own viewer has something to say about the `_` of its links.
    expect(complaints.filter((text) => !text.includes("sign-up: Failed to load resource") && !text.includes("/docs#"))).toEqual([]);
  });
});

interface Inspection {
  headings: number;
  language: string;
  unlabelled: string[];
  unnamed: string[];
  overflows: boolean;
  contrast: number;
}

/** Runs in the page, so it is text; the policy lets no page's own scripts do this. */
const INSPECTION = `(() => {
  const luminance = (color) => {
    const [r, g, b] = color.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const { backgroundColor } = getComputedStyle(at);
      if (!backgroundColor.endsWith(", 0)")) return backgroundColor;
    }
    return "rgb(255, 255, 255)";
  };
  const contrast = (element) => {
    const [a, b] = [luminance(getComputedStyle(element).color), luminance(ground(element))].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  };
  const shown = (element) => element.getClientRects().length > 0;
  const texts = [...document.querySelectorAll("body *")].filter((element) => shown(element) && [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
  return {
    headings: document.querySelectorAll("h1").length,
    language: document.documentElement.lang,
    unlabelled: [...document.querySelectorAll("input:not([type=hidden])")].filter((input) => input.labels.length === 0).map((input) => input.name),
    unnamed: [...document.querySelectorAll("button, a")].filter((element) => !(element.getAttribute("aria-label") ?? element.textContent).trim()).map((element) => element.outerHTML),
    overflows: document.documentElement.scrollWidth > document.documentElement.clientWidth,
    contrast: Math.min(...texts.map(contrast)),
  };
})()` as unknown as () => Inspection;
