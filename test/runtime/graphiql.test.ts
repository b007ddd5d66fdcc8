import { buildSchema } from "graphql";
import { rmSync } from "node:fs";
import type { Browser, Page, Response as PageResponse } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { seriousViolations } from "./accessibility.ts";
import { launchBrowser } from "./browser.ts";
import { startServer, type RunningServer } from "./server.ts";

let server: RunningServer;
let browser: Browser;
beforeAll(async () => {
  server = await startServer();
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await server.stop("SIGTERM");
  rmSync(server.data, { recursive: true, force: true });
});

let page: Page;
let urls: string[];
let errors: string[];
beforeEach(async () => {
  const context = await browser.newContext({ viewport: { width: 1400, height: 850 } });
  page = await context.newPage();
  urls = [];
  errors = [];
  page.on("request", (request) => urls.push(request.url()));
  page.on("websocket", (socket) => urls.push(socket.url()));
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && errors.push(message.text()));
  await page.goto(`${server.demo.base_url}/graphql`);
  await editorText().filter({ hasText: "Dashboard" }).waitFor();
});
afterEach(() => page.context().close());

const keyField = () => page.getByLabel("API key or access token");
const editorText = () => page.locator(".graphiql-query-editor .view-lines");
const result = () => page.locator(".result-window .view-lines");
const openTab = (name: string) => page.getByRole("tab", { name }).getByRole("button", { name, exact: true }).click();
const run = () => page.getByRole("button", { name: /^Execute query/ }).click();

/** Runs what the open tab holds and returns the server's whole answer; the window shows only what fits. */
async function answer(): Promise<{ data?: Record<string, unknown>; errors?: unknown[] }> {
  const answered = page.waitForResponse((response: PageResponse) => response.request().method() === "POST" && response.url().endsWith("/graphql"));
  await run();
  return (await answered).json();
}

/** Everything that outlives the tab, as one text. */
async function lastingStorage(): Promise<string> {
  const stored = await page.evaluate<string>("JSON.stringify({ ...localStorage })");
  return stored + JSON.stringify(await page.context().cookies());
}

describe("GraphiQL at /graphql", () => {
  it("needs nothing from elsewhere and reports no error, its workers and its policy included", async () => {
    await page.getByRole("button", { name: "Show Documentation Explorer" }).click();
    await page.getByRole("link", { name: "Query", exact: true }).first().click();
    await page.getByRole("link", { name: "insights", exact: true }).first().waitFor();
    // A word that the schema has not: the worker that says so is up, and has the schema.
    await editorText().click();
    await page.keyboard.press("Control+Home");
    await page.keyboard.type("query Wrong { nonsense }\n");
    await page.locator(".graphiql-query-editor .squiggly-error").first().waitFor();
    expect(urls.filter((url) => !/^(data|blob):/.test(url) && new URL(url).host !== new URL(server.demo.base_url).host)).toEqual([]);
    expect(urls.filter((url) => url.endsWith(".worker.js")).length).toBeGreaterThan(0);
    expect(errors).toEqual([]);
    const { headers } = await fetch(`${server.demo.base_url}/graphql`, { headers: { Accept: "text/html" } });
    expect(headers.get("Content-Security-Policy")).toContain("default-src 'none'; script-src 'self'; worker-src 'self'");
    expect(headers.get("Vary")).toContain("Accept");
  });

  it("says what to do where there is no key yet, and goes to the field for it", async () => {
    await page.getByText("npm start prints a key").waitFor();
    await run();
    await result().filter({ hasText: "Paste an API key or access token" }).waitFor();
    expect(await page.evaluate<string>("document.activeElement.labels[0].textContent")).toBe("API key or access token");
    expect(errors).toEqual([]);
  });

  it("answers the dashboard's query and adds a product once, with a key that is in no address and nothing that lasts", async () => {
    // A whole header line is taken for the key in it.
    await keyField().fill(`Authorization: Bearer ${server.demo.api_key}`);
    expect(await keyField().inputValue()).toBe(server.demo.api_key);
    const dashboard = await answer();
    expect(dashboard.errors).toBeUndefined();
    expect(dashboard.data).toMatchObject({ insights: { totals: { visitors: { value: expect.any(Number) as number } } } });
    expect(dashboard.data).toMatchObject({ productsConnection: { nodes: [{}, {}, {}] } });
    await result().filter({ hasText: "visitors" }).waitFor();

    await openTab("AddProduct");
    const added = await answer();
    expect(added.errors).toBeUndefined();
    expect((await answer()).data).toEqual(added.data);

    expect(page.url()).toBe(`${server.demo.base_url}/graphql`);
    expect(urls.filter((url) => url.includes("crow_"))).toEqual([]);
    // GraphiQL stores what it keeps half a second later.
    await page.waitForTimeout(1_000);
    const stored = await lastingStorage();
    expect(stored).toContain("AddProduct");
    expect(stored).not.toContain(server.demo.api_key);
    expect(errors).toEqual([]);
  });

  it("shows an interaction that REST sent while a subscription runs", async () => {
    await keyField().fill(server.demo.api_key);
    await openTab("LiveInteractions");
    const connected = page.waitForEvent("websocket");
    await run();
    const socket = await connected;
    // Nothing acknowledges a subscription, so the first ones may come before it: send until one is shown.
    let sent = 0;
    await expect
      .poll(
        async () => {
          await fetch(`${server.demo.base_url}/api/v1/interactions`, {
            method: "POST",
            headers: { Authorization: `Bearer ${server.demo.api_key}`, "Content-Type": "application/json" },
            body: JSON.stringify({ type: "page_view", visitor_id: `graphiql-${++sent}` }),
          });
          return result().innerText();
        },
        { timeout: 20_000, interval: 500 },
      )
      .toContain("graphiql-");
    expect(errors).toEqual([]);

    // Forgetting the key ends what it opened.
    const closed = socket.waitForEvent("close");
    await page.getByRole("button", { name: "Forget" }).click();
    await closed;
    expect(urls.filter((url) => url.includes("crow_"))).toEqual([]);
  });

  it("keeps the key over a reload, for its tab alone, until it is told to forget it", async () => {
    await keyField().fill(server.demo.api_key);
    await page.reload();
    expect(await keyField().inputValue()).toBe(server.demo.api_key);
    const other = await page.context().newPage();
    await other.goto(`${server.demo.base_url}/graphql`);
    expect(await other.getByLabel("API key or access token").inputValue()).toBe("");
    await page.getByRole("button", { name: "Forget" }).click();
    expect(await page.evaluate<string>("JSON.stringify({ ...sessionStorage })")).not.toContain("crow_");
    await page.reload();
    expect(await keyField().inputValue()).toBe("");
  });

  it("says in the server's words why a key is refused", async () => {
    await keyField().fill("crow_live_made_up");
    const { errors: refused } = await answer();
    expect(refused).toMatchObject([{ extensions: { code: "UNAUTHENTICATED" } }]);
    await result().filter({ hasText: "UNAUTHENTICATED" }).waitFor();
    await openTab("LiveInteractions");
    await run();
    // The editor draws spaces as another character.
    await result()
      .filter({ hasText: /closed:\s\w.+\(440[13]\)/ })
      .waitFor();
  });

  it.each(["light", "dark"] as const)("has no serious accessibility fault of ours in the %s theme", async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    expect(await seriousViolations(page, { except: [".graphiql-container"] })).toEqual([]);
    await keyField().fill(server.demo.api_key);
    expect(await seriousViolations(page, { except: [".graphiql-container"] })).toEqual([]);
  });

  it("is linked from the reference, beside a schema that anybody can read", async () => {
    await page.goto(`${server.demo.base_url}/docs`);
    await page.getByRole("link", { name: "GraphQL", exact: true }).click();
    await keyField().waitFor();
    const response = await fetch(`${server.demo.base_url}/graphql/schema.graphql`);
    expect(response.headers.get("Content-Type")).toMatch(/^text\/plain/);
    expect(
      buildSchema(await response.text())
        .getQueryType()
        ?.getFields(),
    ).toHaveProperty("insights");
  });
});
