// Real client libraries sign in at the real server, a real browser clicks.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { auth as authV1 } from "@modelcontextprotocol/sdk/client/auth.js";
import { withOAuth } from "@modelcontextprotocol/sdk/client/middleware.js";
import { auth as authV2 } from "@modelcontextprotocol/client";
import * as openid from "openid-client";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { seriousViolations } from "./accessibility.ts";
import { newApplication } from "./application.ts";
import { launchBrowser, listenForCallback, signInAndAllow, type Callback } from "./browser.ts";
import { freePort, startServer, type RunningServer } from "./server.ts";

let server: RunningServer;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let callback: Callback;
const complaints: string[] = [];

beforeAll(async () => {
  server = await startServer();
  browser = await launchBrowser();
  context = await browser.newContext();
  page = await context.newPage();
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" && message.location().url.startsWith(server.demo.base_url)) complaints.push(message.text());
  });
  callback = await listenForCallback();
});
afterAll(async () => {
  await callback.close();
  await browser.close();
  await server.stop("SIGTERM");
  rmSync(server.data, { recursive: true, force: true });
});

async function createClient(body: Record<string, unknown>): Promise<{ client_id: string; client_secret: string }> {
  const response = await fetch(`${server.demo.base_url}/api/v1/oauth-clients`, {
    method: "POST",
    headers: { Authorization: `Bearer ${server.demo.api_key}`, "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(201);
  return (await response.json()) as { client_id: string; client_secret: string };
}

async function productsWith(token: string): Promise<number> {
  return (await fetch(`${server.demo.base_url}/api/v2/products?limit=1`, { headers: { Authorization: `Bearer ${token}` } })).status;
}

describe("openid-client", () => {
  const discover = (client_id: string, secret?: string) =>
    openid.discovery(new URL(server.demo.base_url), client_id, secret, secret ? undefined : openid.None(), {
      execute: [openid.allowInsecureRequests],
    });

  it("runs the code flow of a web app with a secret, and knows who signed in", async () => {
    const client = await createClient({ name: "Web app", redirect_uris: [callback.redirect_uri], scopes: ["products:read"] });
    const configuration = await discover(client.client_id, client.client_secret);
    const [verifier, state, nonce] = [openid.randomPKCECodeVerifier(), openid.randomState(), openid.randomNonce()];
    const url = openid.buildAuthorizationUrl(configuration, {
      redirect_uri: callback.redirect_uri,
      scope: "openid profile email products:read",
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      state,
      nonce,
    });
    const text = await signInAndAllow(page, url.href, server.demo);
    expect(text).toContain("Allow Web app to use Demo Shop?");
    expect(text).toContain("made by Demo Shop");
    const tokens = await openid.authorizationCodeGrant(configuration, await fullUrl(), {
      pkceCodeVerifier: verifier,
      expectedState: state,
      expectedNonce: nonce,
    });
    expect(tokens.claims()).toMatchObject({ email: server.demo.owner_email, organization: server.demo.organization_id });
    expect(await productsWith(tokens.access_token)).toBe(200);
    const facts = await openid.fetchUserInfo(configuration, tokens.access_token, tokens.claims()!.sub);
    expect(facts.organizations).toEqual([{ organization_id: server.demo.organization_id, name: "Demo Shop", role: "owner" }]);
    const refreshed = await openid.refreshTokenGrant(configuration, tokens.refresh_token!);
    expect(await productsWith(refreshed.access_token)).toBe(200);
    await openid.tokenRevocation(configuration, refreshed.refresh_token!);
    expect(await productsWith(refreshed.access_token)).toBe(401);
  });

  it("runs the code flow of a public native application that registers itself", async () => {
    const metadata = { redirect_uris: [callback.redirect_uri], client_name: "Phone app", token_endpoint_auth_method: "none" };
    const configuration = await openid.dynamicClientRegistration(new URL(server.demo.base_url), metadata, openid.None(), {
      execute: [openid.allowInsecureRequests],
    });
    const verifier = openid.randomPKCECodeVerifier();
    const url = openid.buildAuthorizationUrl(configuration, {
      redirect_uri: callback.redirect_uri,
      scope: "insights:read",
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
    });
    const text = await signInAndAllow(page, url.href, server.demo);
    expect(text).toContain("not verified");
    const tokens = await openid.authorizationCodeGrant(configuration, await fullUrl(), { pkceCodeVerifier: verifier });
    expect(tokens.scope).toBe("insights:read");
    expect(await productsWith(tokens.access_token)).toBe(403);
  });

  it("runs client credentials from server to server", async () => {
    const client = await createClient({ name: "Backend", scopes: ["products:read"] });
    const configuration = await discover(client.client_id, client.client_secret);
    const tokens = await openid.clientCredentialsGrant(configuration, { resource: `${server.demo.base_url}/api` });
    expect(await productsWith(tokens.access_token)).toBe(200);
  });

  it("is told when the person says no", async () => {
    const client = await createClient({ name: "Pushy", redirect_uris: [callback.redirect_uri], scopes: ["products:read"] });
    const configuration = await discover(client.client_id, client.client_secret);
    const verifier = openid.randomPKCECodeVerifier();
    const url = openid.buildAuthorizationUrl(configuration, {
      redirect_uri: callback.redirect_uri,
      scope: "products:read",
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
    });
    await signInAndAllow(page, url.href, server.demo, "Deny");
    await expect(openid.authorizationCodeGrant(configuration, await fullUrl(), { pkceCodeVerifier: verifier })).rejects.toMatchObject({
      error: "access_denied",
    });
  });
});

describe("the guide's own web app", () => {
  it("runs as it stands and says who signed in", async () => {
    const guide = readFileSync(join(import.meta.dirname, "../../docs/sign-in.md"), "utf8");
    const snippet = /```js\n(import \{ createServer \}[\s\S]*?)```/.exec(guide)![1]!;
    const folder = mkdtempSync(join(tmpdir(), "crow-guide-"));
    symlinkSync(join(import.meta.dirname, "../../node_modules"), join(folder, "node_modules"));
    const port = await freePort();
    writeFileSync(join(folder, "app.mjs"), snippet.replaceAll("3000", String(port)));
    const client = await createClient({ name: "Guide", redirect_uris: [`http://localhost:${port}/callback`], scopes: ["products:read"] });
    const env = { ...process.env, CROW: server.demo.base_url, CLIENT_ID: client.client_id, CLIENT_SECRET: client.client_secret };
    const application = spawn(process.execPath, [join(folder, "app.mjs")], { env, stdio: "inherit" });
    try {
      await vi.waitFor(() => fetch(`http://localhost:${port}/`, { redirect: "manual" }), { timeout: 10_000 });
      await signInAndAllow(page, `http://localhost:${port}/`, server.demo);
      await page.waitForURL(`http://localhost:${port}/callback*`);
      expect(JSON.parse(await page.locator("body").innerText())).toMatchObject({ iss: server.demo.base_url, email: server.demo.owner_email });
    } finally {
      application.kill();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** The callback's URL as the application knows itself. */
async function fullUrl(): Promise<URL> {
  const arrived = await callback.next();
  return new URL(arrived.search, callback.redirect_uri);
}

describe("an MCP SDK client", () => {
  it("of the first line signs in from a bare 401: metadata, registration, consent in the browser, and the request goes through", async () => {
    const application = newApplication(callback.redirect_uri);
    const resource = `${server.demo.base_url}/api`;
    const fetchWithSignIn = withOAuth(application, resource)(fetch);
    const request = (): Promise<Response> => fetchWithSignIn(`${resource}/v2/products?limit=1`);
    await expect(request()).rejects.toThrow(/redirect/i);
    expect(application.asked().searchParams.get("resource")).toBe(resource);
    await signInAndAllow(page, application.asked().href, server.demo);
    const { searchParams } = await callback.next();
    expect(searchParams.get("iss")).toBe(server.demo.base_url);
    expect(await authV1(application, { serverUrl: resource, authorizationCode: searchParams.get("code")! })).toBe("AUTHORIZED");
    expect((await request()).status).toBe(200);
  });

  it("of the second line signs in with nothing but the public metadata, and refreshes", async () => {
    const application = newApplication(callback.redirect_uri);
    const serverUrl = `${server.demo.base_url}/api`;
    expect(await authV2(application, { serverUrl })).toBe("REDIRECT");
    await signInAndAllow(page, application.asked().href, server.demo);
    const { searchParams } = await callback.next();
    expect(await authV2(application, { serverUrl, authorizationCode: searchParams.get("code")!, iss: searchParams.get("iss")! })).toBe("AUTHORIZED");
    const first = application.tokens() as unknown as { access_token: string; refresh_token: string };
    expect(await productsWith(first.access_token)).toBe(200);
    expect(await authV2(application, { serverUrl })).toBe("AUTHORIZED");
    expect((application.tokens() as unknown as { refresh_token: string }).refresh_token).not.toBe(first.refresh_token);
  });
});

describe("the public conformance suite", () => {
  it.each(["/api", "/mcp"])("finds nothing wrong with the authorization server, for tokens for %s", async (resource) => {
    const port = new URL(callback.redirect_uri).port === "3932" ? 3933 : 3932;
    const client = await createClient({
      name: "Conformance",
      token_endpoint_auth_method: "none",
      redirect_uris: [`http://127.0.0.1:${port}/callback`],
      scopes: ["products:read"],
    });
    const reports = mkdtempSync(join(tmpdir(), "crow-conformance-"));
    const command = join(import.meta.dirname, "../../node_modules/.bin/conformance");
    const options = [
      "--url",
      server.demo.base_url,
      "--client-id",
      client.client_id,
      "--resource",
      server.demo.base_url + resource,
      "-p",
      String(port),
      "-o",
      reports,
    ];
    const child = spawn(command, ["authorization", ...options]);
    let output = "";
    let visited = false;
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const url = output.split("\n").find((line) => line.startsWith(`${server.demo.base_url}/oauth/authorize?`));
      if (!url || visited) return;
      visited = true;
      void signInAndAllow(page, url.trim(), server.demo);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    const code = await new Promise((resolve) => child.once("exit", resolve));
    rmSync(reports, { recursive: true, force: true });
    expect(code, output).toBe(0);
    expect(visited).toBe(true);
    expect(output).not.toMatch(/[1-9]\d* failed|FAILURE|SKIPPED/i);
  });
});

describe("the pages on the way", () => {
  it.each(["light", "dark"] as const)("are usable with a keyboard and a screen reader, %s", async (colorScheme) => {
    const visitor = await (await browser.newContext({ colorScheme, javaScriptEnabled: true })).newPage();
    const client = await createClient({
      name: "Accessible",
      redirect_uris: ["https://app.example/callback"],
      scopes: ["products:read", "interactions:erase"],
    });
    const query = {
      response_type: "code",
      client_id: client.client_id,
      redirect_uri: "https://app.example/callback",
      scope: "openid products:read interactions:erase",
      code_challenge: await openid.calculatePKCECodeChallenge(openid.randomPKCECodeVerifier()),
      code_challenge_method: "S256",
    };
    const found: Record<string, string[]> = {};
    const url = (changes: Record<string, string> = {}): string =>
      `${server.demo.base_url}/oauth/authorize?${new URLSearchParams({ ...query, ...changes }).toString()}`;
    await visitor.goto(url({ redirect_uri: "https://evil.example/" }));
    found.refusal = await seriousViolations(visitor);
    await visitor.goto(url());
    found.sign_in = await seriousViolations(visitor);
    // By keyboard alone: address, password, Enter, then Tab to Allow.
    await visitor.getByLabel("E-mail").focus();
    await visitor.keyboard.type(server.demo.owner_email);
    await visitor.keyboard.press("Tab");
    await visitor.keyboard.type(server.demo.owner_password);
    await visitor.keyboard.press("Enter");
    const allow = visitor.getByRole("button", { name: "Allow", exact: true });
    await allow.waitFor();
    found.consent = await seriousViolations(visitor);
    for (let tab = 0; tab < 5 && !(await allow.evaluate((button) => button === button.ownerDocument.activeElement)); tab++)
      await visitor.keyboard.press("Tab");
    expect(await allow.evaluate((button) => button === button.ownerDocument.activeElement)).toBe(true);
    await visitor.goto(`${server.demo.base_url}/account`);
    found.account = await seriousViolations(visitor);
    expect(found).toEqual({ refusal: [], sign_in: [], consent: [], account: [] });
    await visitor.context().close();
  });

  it("made the browser complain about nothing", () => {
    expect(complaints).toEqual([]);
  });
});
