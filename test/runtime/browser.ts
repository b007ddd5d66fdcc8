import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { chromium, type Browser, type Page } from "playwright-core";
import type { Demo } from "./server.ts";

export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
}

/** A native application's end of the code flow: a small server on this computer that the browser is sent back to. */
export interface Callback {
  redirect_uri: string;
  /** The next answer that arrives, as a URL. */
  next: () => Promise<URL>;
  close: () => Promise<void>;
}

export async function listenForCallback(): Promise<Callback> {
  const arrived: URL[] = [];
  const waiting: ((url: URL) => void)[] = [];
  const server: Server = createServer((request, response) => {
    const url = new URL(request.url!, "http://127.0.0.1");
    if (url.pathname !== "/callback") {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "Content-Type": "text/html" }).end("<h1>Back in the application</h1>");
    const waiter = waiting.shift();
    if (waiter) waiter(url);
    else arrived.push(url);
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    redirect_uri: `http://127.0.0.1:${port}/callback`,
    next: () => {
      const known = arrived.shift();
      return known ? Promise.resolve(known) : new Promise((resolve) => waiting.push(resolve));
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** What a person does at an authorization URL: signs in where they are asked to, reads, and clicks. Returns what the consent page said. */
export async function signInAndAllow(page: Page, url: string, demo: Demo, decision: "Allow" | "Deny" = "Allow"): Promise<string> {
  await page.goto(url);
  const password = page.getByLabel("Password");
  if (await password.isVisible()) {
    await page.getByLabel("E-mail").fill(demo.owner_email);
    await password.fill(demo.owner_password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
  }
  const button = page.getByRole("button", { name: decision, exact: true });
  await button.waitFor();
  const text = await page.locator("main").innerText();
  await button.click();
  return text;
}
