// The example in examples/agent, bundled as its users bundle it, on plain workerd, with the real server behind it.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { AGENT_TOKEN, bundleAgent, startAgent, type AgentAnswer, type RunningAgent } from "./agent_server.ts";
import { launchBrowser, signInAndAllow } from "./browser.ts";
import { startServer, type RunningServer } from "./server.ts";

const root = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "crow-agent-"));
let server: RunningServer;
let agent: RunningAgent;
const QUESTION = "what changed on 2019-10-01, and why?";

beforeAll(async () => {
  bundleAgent(folder);
  server = await startServer();
  agent = await startAgent(folder, withKey(server.demo.api_key));
});
afterAll(async () => {
  await agent.kill();
  await server.stop("SIGTERM");
  rmSync(server.data, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
});

function withKey(api_key?: string): Record<string, string> {
  return { CROW_URL: `${server.demo.base_url}/mcp/readonly`, AGENT_TOKEN, ...(api_key ? { CROW_API_KEY: api_key } : {}) };
}

/** The same Agent, in a new process: what was in memory is gone. */
async function again(vars: Record<string, string>): Promise<void> {
  await agent.kill();
  agent = await startAgent(folder, vars, Number(new URL(agent.url).port));
}

async function askCrow<T>(path: string, body?: unknown): Promise<T> {
  const init = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  const headers = { Authorization: `Bearer ${server.demo.api_key}`, "Content-Type": "application/json" };
  const response = await fetch(server.demo.base_url + path, { ...init, headers });
  expect(response.ok).toBe(true);
  return (await response.json()) as T;
}

interface Package {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}

function packageOf(path: string): Package {
  return JSON.parse(readFileSync(join(root, path, "package.json"), "utf8")) as Package;
}

describe("the example's Agent", () => {
  it("is sound TypeScript, and is tested with the versions that it asks for", () => {
    execFileSync(join(root, "node_modules/.bin/tsc"), ["--noEmit", "--project", join(root, "examples/agent")], { stdio: "inherit" });
    const ours = packageOf("");
    const asked = packageOf("examples/agent");
    expect({ ...ours.dependencies, ...ours.devDependencies }).toMatchObject({ ...asked.dependencies, ...asked.devDependencies });
  });

  it("answers a question with a text and with the figures that REST has", async () => {
    const { status, body } = await agent.ask(QUESTION);
    expect(status).toBe(200);
    expect(body).toMatchObject({ tool: "insights_changes", arguments: { date_from: "2019-10-01", date_to: "2019-10-01" } });
    expect(body.text).toContain("Revenue rose to 2387.84 USD");
    const told = await askCrow<{ computed_at: string }>("/api/v2/insights/changes?date_from=2019-10-01&date_to=2019-10-01");
    expect(body.data).toEqual({ ...told, computed_at: body.data!.computed_at });
  });

  it("answers every question that it says it can, and says so where it cannot", async () => {
    const { status, body } = await agent.ask("who are you?");
    expect(status).toBe(422);
    expect(body.it_can_answer!.length).toBeGreaterThan(4);
    const answers = await Promise.all(body.it_can_answer!.map((question) => agent.ask(question)));
    expect(answers.map(({ status: answered }) => answered)).toEqual(answers.map(() => 200));
    expect(new Set(answers.map(({ body: { tool } }) => tool)).size).toBe(answers.length);
  });

  it("knows the tools of CROW, and none that changes anything", async () => {
    const response = await fetch(`${agent.url}/tools`, { headers: { Authorization: `Bearer ${AGENT_TOKEN}` } });
    const names = ((await response.json()) as AgentAnswer).tools!.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["insights_changes", "search_operations", "execute_operation"]));
    expect(names.filter((name) => /_(create|update|delete)$/.test(name))).toEqual([]);
  });

  it("passes on what CROW says is wrong with a call", async () => {
    const { status, body } = await agent.ask("what changed from 2019-10-02 to 2019-10-01?");
    expect(status).toBe(422);
    expect(body.data).toMatchObject({ error: { code: "VALIDATION_ERROR", details: { field: "date_from" } } });
  });

  it("answers nobody who does not show its token", async () => {
    const shown = ["", "Bearer wrong", `Basic ${AGENT_TOKEN}`];
    const responses = await Promise.all(shown.map((Authorization) => fetch(`${agent.url}/tools`, { headers: { Authorization } })));
    expect(responses.map(({ status }) => status)).toEqual([401, 401, 401]);
  });

  it("goes on after an eviction", async () => {
    await again(withKey(server.demo.api_key));
    expect((await agent.ask(QUESTION)).status).toBe(200);
  });

  it("says that CROW is away while it is, and goes on when it is back", async () => {
    await server.stop("SIGTERM");
    const away = await agent.ask(QUESTION);
    expect(away.status).toBe(502);
    expect(away.body.error).toContain(server.demo.base_url);
    server = await startServer({ port: server.port, data: server.data });
    expect((await agent.ask(QUESTION)).status).toBe(200);
  });

  it("uses a new key as soon as it has one", async () => {
    const old = await askCrow<{ id: string; key: string }>("/api/v2/api-keys", { name: "Agent", scopes: ["insights:read"] });
    await again(withKey(old.key));
    expect((await agent.ask(QUESTION)).status).toBe(200);
    const revoked = await fetch(`${server.demo.base_url}/api/v1/api-keys/${old.id}`, {
      method: "DELETE",
      headers: { Authorization: `Bearer ${server.demo.api_key}` },
    });
    expect(revoked.ok).toBe(true);
    expect((await agent.ask(QUESTION)).status).toBe(502);
    await again(withKey(server.demo.api_key));
    expect((await agent.ask(QUESTION)).status).toBe(200);
  });

  it("tells who watches it that the figures changed, also after CROW was restarted", async () => {
    const types: string[] = [];
    const states: { changed: { uri: string } | null }[] = [];
    const socket = new WebSocket(`${agent.url.replace("http", "ws")}/watch`, { headers: { Authorization: `Bearer ${AGENT_TOKEN}` } } as never);
    socket.addEventListener("message", ({ data }) => {
      const message = JSON.parse(String(data)) as { type: string; state: { changed: { uri: string } | null } };
      types.push(message.type);
      if (message.type === "cf_agent_state") states.push(message.state);
    });
    const changes = (): unknown[] => states.filter(({ changed }) => changed !== null).map(({ changed }) => changed!.uri);
    const untilTold = async (): Promise<void> => {
      const before = changes().length;
      await vi.waitFor(
        async () => {
          await askCrow("/api/v2/interactions", { type: "page_view", visitor_id: "watched" });
          expect(changes().length).toBeGreaterThan(before);
        },
        { timeout: 30_000, interval: 500 },
      );
    };
    await untilTold();
    expect(changes()).toContain("crow://insights/latest");
    // Who watches is told the state, and does not set it.
    socket.send(JSON.stringify({ type: "cf_agent_state", state: { answered: 0, changed: { uri: "crow://made/up" } } }));
    await server.stop("SIGTERM");
    server = await startServer({ port: server.port, data: server.data });
    await untilTold();
    expect(types).toContain("cf_agent_state_error");
    socket.close();
  });
});

describe("without a key", () => {
  it("it asks a person to let it in, once, and keeps what they allowed", async () => {
    rmSync(join(folder, "actors"), { recursive: true, force: true });
    await again(withKey());
    const refused = await agent.ask(QUESTION);
    expect(refused.status).toBe(403);
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage();
      await signInAndAllow(page, refused.body.authorize_url!, server.demo);
      await page.getByText("The Agent may now ask CROW").waitFor();
    } finally {
      await browser.close();
    }
    expect((await agent.ask(QUESTION)).status).toBe(200);
    await again(withKey());
    expect((await agent.ask(QUESTION)).status).toBe(200);
  });
});
