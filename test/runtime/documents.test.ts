import { Validator } from "@seriousme/openapi-schema-validator";
import { rmSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startServer, type RunningServer } from "./server.ts";

let server: RunningServer;
let browser: Browser;
beforeAll(async () => {
  server = await startServer();
  browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
});
afterAll(async () => {
  await browser.close();
  await server.stop("SIGTERM");
  rmSync(server.data, { recursive: true, force: true });
});

describe("the served documents", () => {
  it.each(["v1", "v2"])("describe %s in valid OpenAPI 3.1", async (version) => {
    const response = await fetch(`${server.demo.base_url}/openapi/${version}.json`);
    const document = (await response.json()) as Record<string, unknown>;
    const result = await new Validator().validate(document);
    expect(result.errors ?? []).toEqual([]);
    expect(result.valid).toBe(true);
    expect(document.openapi).toMatch(/^3\.1/);
  });

  it("show the reference in a browser without any request elsewhere and without an error", async () => {
    const page = await browser.newPage();
    const elsewhere: string[] = [];
    const errors: string[] = [];
    page.on("request", (request) => {
      if (!request.url().startsWith(server.demo.base_url) && !request.url().startsWith("data:")) elsewhere.push(request.url());
    });
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    await page.goto(`${server.demo.base_url}/docs`);
    await page.getByText("Ingest", { exact: false }).first().waitFor();
    await page.waitForSelector(".opblock");
    expect(await page.locator(".opblock").count()).toBeGreaterThan(20);
    expect(elsewhere).toEqual([]);
    expect(errors).toEqual([]);
    await page.close();
  });

  it("explain every error code on a page of its own", async () => {
    const page = await browser.newPage();
    await page.goto(`${server.demo.base_url}/docs/errors`);
    const links = await page.locator("h2 a").evaluateAll((anchors) => anchors.map((anchor) => anchor.getAttribute("href")!));
    expect(links.length).toBeGreaterThan(15);
    for (const link of links) expect((await fetch(server.demo.base_url + link)).status).toBe(200);
    expect((await fetch(`${server.demo.base_url}/docs/errors/NONSENSE`)).status).toBe(404);
    await page.close();
  });
});
