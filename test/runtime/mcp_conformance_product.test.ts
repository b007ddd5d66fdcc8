// What the public conformance suite can ask of any server, asked of the product's own tools, resources and prompts.
import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { complaints, runSuite } from "./conformance.ts";
import { startServer, type RunningServer } from "./server.ts";
import { startTokenProxy, type TokenProxy } from "./token_proxy.ts";

/** Scenarios that need no tools of their own. */
const GENERIC: Record<string, readonly string[]> = {
  "2025-11-25": [
    "server-initialize",
    "server-session-lifecycle",
    "ping",
    "tools-list",
    "resources-list",
    "prompts-list",
    "server-sse-multiple-streams",
    "dns-rebinding-protection",
  ],
  "2026-07-28": [
    "server-stateless",
    "tools-list",
    "resources-list",
    "prompts-list",
    "server-sse-multiple-streams",
    "sep-2164-resource-not-found",
    "dns-rebinding-protection",
    "caching",
    "http-header-validation",
    "input-required-result-unsupported-methods",
  ],
};

/** What only a server with the suite's own tools can show: the fixture does. */
const NEEDS_FIXTURE: ReadonlySet<string> = new Set([
  "sep-2575-server-rejects-undeclared-capability",
  "sep-2575-missing-capability-http-400",
  "sep-2575-http-server-no-independent-requests-on-stream",
  "sep-2575-server-no-log-without-loglevel",
  "sep-2575-server-sends-prompts-list-changed-on-subscription",
  "sep-2575-server-sends-tools-list-changed-on-subscription",
]);

let server: RunningServer;
let proxy: TokenProxy;
beforeAll(async () => {
  server = await startServer();
  proxy = await startTokenProxy(server.demo.base_url, server.demo.api_key);
});
afterAll(async () => {
  await proxy.close();
  await server.stop("SIGTERM");
  rmSync(server.data, { recursive: true, force: true });
});

describe.each(Object.keys(GENERIC))("the product itself, in revision %s", (revision) => {
  it.each(GENERIC[revision]!)("%s", async (scenario) => {
    const run = await runSuite(`${proxy.base_url}/mcp`, ["--scenario", scenario, "--spec-version", revision]);
    const testable = (run.checks.get(scenario) ?? []).filter(({ id }) => !NEEDS_FIXTURE.has(id));
    expect(complaints(testable), run.output).toEqual([]);
  });
});
