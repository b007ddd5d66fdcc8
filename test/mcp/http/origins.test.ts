// Pages of other sites, and names that lead to this machine without being ours, are not served (DNS rebinding). 403 says so; what is served gets as far as being asked for a credential.
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import worker from "../../../src/edge/worker.ts";
import { initializeMessage, modernHeaders, modernMessage } from "./support.ts";

const PEER = { clientIp: "127.0.0.1:50000" };

interface Coming {
  host: string;
  origin?: string;
  /** As a proxy sets it. */
  proxied?: boolean;
  /** Told by workerd on one machine; not on the network. */
  local?: boolean;
  variables?: Partial<Env>;
  era?: "modern" | "session";
}

async function come({ host, origin, proxied, local, variables = {}, era = "modern" }: Coming): Promise<number> {
  const message = era === "modern" ? modernMessage("server/discover") : initializeMessage();
  const headers = new Headers({ "Content-Type": "application/json", ...(era === "modern" ? modernHeaders("server/discover") : {}) });
  if (origin !== undefined) headers.set("Origin", origin);
  if (proxied) headers.set("CF-Connecting-IP", "203.0.113.7");
  const init = { method: "POST", headers, body: JSON.stringify(message), ...(local ? { cf: PEER } : {}) };
  const request = new Request(`http://${host}/mcp`, init as RequestInit) as Parameters<typeof worker.fetch>[0];
  return (await worker.fetch(request, { ...env, ...variables }, createExecutionContext())).status;
}

const SERVED = 401;
const REFUSED = 403;
const PUBLIC = { PUBLIC_URL: "https://crow.example.com" };
const LISTED = { MCP_ALLOWED_ORIGINS: "https://chat.example, vscode-webview://abc" };

const CASES: [string, Coming, number][] = [
  ["no page, on the network", { host: "crow.example.com" }, SERVED],
  ["our own page", { host: "crow.example.com", origin: "http://crow.example.com" }, SERVED],
  ["our own page behind a proxy that ends TLS", { host: "crow.example.com", origin: "https://crow.example.com" }, SERVED],
  ["another site's page", { host: "crow.example.com", origin: "https://evil.example.com" }, REFUSED],
  ["another port of our name", { host: "crow.example.com", origin: "http://crow.example.com:8080" }, REFUSED],
  ["a page without an origin", { host: "crow.example.com", origin: "null" }, REFUSED],
  ["what is no origin", { host: "crow.example.com", origin: "crow.example.com" }, REFUSED],
  ["a page of this machine, on the network", { host: "crow.example.com", origin: "http://localhost:3000" }, REFUSED],
  ["a listed page", { host: "crow.example.com", origin: "https://chat.example", variables: LISTED }, SERVED],
  ["a listed application", { host: "crow.example.com", origin: "vscode-webview://abc", variables: LISTED }, SERVED],
  ["one that only begins as a listed one", { host: "crow.example.com", origin: "https://chat.example.evil.com", variables: LISTED }, REFUSED],
  ["another application of a listed kind", { host: "crow.example.com", origin: "vscode-webview://abcd", variables: LISTED }, REFUSED],
  ["the public name", { host: "crow.example.com", variables: PUBLIC }, SERVED],
  ["a page of the public name", { host: "crow.example.com", origin: "https://crow.example.com", variables: PUBLIC }, SERVED],
  ["the same by http", { host: "crow.example.com", origin: "http://crow.example.com", variables: PUBLIC }, REFUSED],
  ["another name than the public one", { host: "evil.example.com", variables: PUBLIC }, REFUSED],
  ["a proxy that passes no name on", { host: "127.0.0.1:8787", origin: "https://crow.example.com", variables: PUBLIC }, SERVED],
  ["a page of this machine, where the public name is not", { host: "127.0.0.1:8787", origin: "http://localhost:3000", variables: PUBLIC }, REFUSED],
  ["this machine by its name", { host: "localhost:8787", local: true }, SERVED],
  ["this machine by its address", { host: "127.0.0.1:8787", local: true }, SERVED],
  ["this machine by its other address", { host: "[::1]:8787", local: true }, SERVED],
  ["a page of this machine", { host: "localhost:8787", origin: "http://127.0.0.1:6274", local: true }, SERVED],
  ["a rebound name", { host: "evil.example.com", origin: "http://evil.example.com", local: true }, REFUSED],
  ["a rebound name in a GET, which has no origin", { host: "evil.example.com", local: true }, REFUSED],
  ["a name that begins as this machine's", { host: "localhost.evil.com", local: true }, REFUSED],
  ["another site's page on this machine", { host: "localhost:8787", origin: "http://evil.example.com", local: true }, REFUSED],
  ["a proxy on this machine, without a public name", { host: "crow.example.com", proxied: true, local: true }, SERVED],
  [
    "a rebound page that claims to come by that proxy",
    { host: "evil.example.com", origin: "http://evil.example.com", proxied: true, local: true },
    REFUSED,
  ],
  [
    "a page by a proxy on this machine, with a public name",
    { host: "crow.example.com", origin: "https://crow.example.com", proxied: true, local: true, variables: PUBLIC },
    SERVED,
  ],
];

describe("where a request comes from decides", () => {
  it.each(CASES)("%s", async (_name, coming, expected) => {
    expect(await come(coming)).toBe(expected);
    expect(await come({ ...coming, era: "session" })).toBe(expected);
  });

  it("before anything else, also whether a page may ask at all", async () => {
    const preflight = (origin: string): Promise<Response> => {
      const headers = { Origin: origin, "Access-Control-Request-Method": "POST" };
      const request = new Request("http://crow.example.com/mcp", { method: "OPTIONS", headers }) as Parameters<typeof worker.fetch>[0];
      return worker.fetch(request, { ...env, ...LISTED }, createExecutionContext());
    };
    const served = await preflight("https://chat.example");
    expect(served.status).toBe(204);
    expect(served.headers.get("Access-Control-Allow-Origin")).toBe("https://chat.example");
    expect(served.headers.get("Vary")).toBe("Origin");
    for (const header of ["Authorization", "Last-Event-ID", "MCP-Protocol-Version", "Mcp-Method", "Mcp-Name", "Mcp-Session-Id", "X-MCP-Toolsets"]) {
      expect(served.headers.get("Access-Control-Allow-Headers")!.split(", ")).toContain(header);
    }
    expect(served.headers.get("Access-Control-Allow-Methods")).toBe("GET, POST, DELETE, OPTIONS");
    const refused = await preflight("https://evil.example.com");
    expect(refused.status).toBe(403);
    expect(refused.headers.get("Access-Control-Allow-Origin")).toBeNull();
  });

  it("and a page that is served reads what clients need of the answer", async () => {
    const headers = { Origin: "https://chat.example", "Content-Type": "application/json", ...modernHeaders("server/discover") };
    const init = { method: "POST", headers, body: JSON.stringify(modernMessage("server/discover")) };
    const request = new Request("http://crow.example.com/mcp", init) as Parameters<typeof worker.fetch>[0];
    const response = await worker.fetch(request, { ...env, ...LISTED }, createExecutionContext());
    expect(response.headers.get("Access-Control-Allow-Origin")).toBe("https://chat.example");
    const exposed = response.headers.get("Access-Control-Expose-Headers")!.split(", ");
    for (const header of ["Mcp-Session-Id", "MCP-Protocol-Version", "WWW-Authenticate", "Retry-After"]) expect(exposed).toContain(header);
  });
});
