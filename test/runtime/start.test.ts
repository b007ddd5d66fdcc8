import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startServer, type RunningServer } from "./server.ts";

let server: RunningServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server.stop("SIGTERM");
  rmSync(server.data, { recursive: true, force: true });
});

const get = async (path: string): Promise<{ status: number; body: Record<string, unknown> }> => {
  const response = await fetch(server.demo.base_url + path, { headers: { Authorization: `Bearer ${server.demo.api_key}` } });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

const counts = async (): Promise<unknown> => {
  const { body } = await get("/api/v1/insights?date_from=2019-10-01&date_to=2019-10-01");
  return body.totals;
};

describe("npm start", () => {
  it("prints one screen whose curl lines work when pasted", () => {
    const lines = server
      .output()
      .split("\n")
      .filter((line) => line.trim().startsWith("curl "));
    expect(lines).toHaveLength(3);
    for (const line of lines) {
      const answer = execFileSync("bash", ["-c", `${line.trim()} -w '\\n%{http_code}'`], { encoding: "utf8" });
      expect(answer.trim().split("\n").at(-1), `${line}\n${answer}`).toMatch(/^20[01]$/);
    }
  });

  it("prints a sign-in that works, and leaves no session of its own behind", async () => {
    const { base_url, owner_email, owner_password } = server.demo;
    expect(server.output()).toContain(`${base_url}/account   as ${owner_email}   password ${owner_password}`);
    const page = await fetch(`${base_url}/account/sign-in`);
    const [cookie = ""] = page.headers.getSetCookie()[0]!.split(";");
    const form_token = /name="form_token"\s+value="([^"]+)"/.exec(await page.text())![1]!;
    const body = new URLSearchParams({ form_token, email: owner_email, password: owner_password });
    const signed_in = await fetch(`${base_url}/account/sign-in`, { method: "POST", body, headers: { Cookie: cookie }, redirect: "manual" });
    expect(signed_in.headers.get("Location")).toBe("/account");
    const [session = ""] = signed_in.headers.getSetCookie()[0]!.split(";");
    const account = await (await fetch(`${base_url}/account`, { headers: { Cookie: session } })).text();
    const [, sessions = ""] = account.split("Where you are signed in</h2>");
    expect(sessions.match(/signed in/g)).toHaveLength(1);
    expect(account).toContain("Demo Shop");
  });

  it("prints no warning", () => {
    expect(server.output()).not.toMatch(/warn|deprecat|experimental/i);
  });

  it("keeps the facts and secrets for its owner alone", () => {
    expect(Object.keys(server.demo)).toEqual(
      expect.arrayContaining(["base_url", "organization_id", "api_key", "operator_token", "owner_email", "owner_password"]),
    );
    for (const file of ["demo.json", "secrets.json"]) expect(statSync(join(server.data, file)).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(server.data, "workerd.capnp"), "utf8")).not.toContain(server.demo.operator_token);
  });

  it("is ready once the demo organization is there", async () => {
    expect((await get("/readyz")).status).toBe(200);
    expect((await get("/healthz")).status).toBe(200);
  });

  it("loses nothing over Ctrl-C and a second start, and stops cleanly", async () => {
    const before = await counts();
    expect(before).toBeTruthy();
    expect(await server.stop("SIGINT")).toBe(0);
    const { demo } = server;
    server = await startServer(server);
    expect(server.demo).toEqual(demo);
    expect(server.output()).not.toContain("Creating");
    expect(await counts()).toEqual(before);
  });

  it("leaves a running server alone when it is started twice on the same data", async () => {
    const second = spawnSync(process.execPath, ["scripts/start.mjs"], {
      encoding: "utf8",
      env: { ...process.env, CROW_DATA: server.data, PORT: "1" },
    });
    expect(second.status).toBe(1);
    expect(second.stderr).toContain("CROW runs already on");
    expect((await get("/healthz")).status).toBe(200);
  });

  it("goes on after kill -9, on the same port", async () => {
    const created = await fetch(`${server.demo.base_url}/api/v1/products`, {
      method: "POST",
      headers: { Authorization: `Bearer ${server.demo.api_key}`, "Content-Type": "application/json" },
      body: JSON.stringify({ name: "Written just before the crash" }),
    });
    const { id } = (await created.json()) as { id: string };
    await server.stop("SIGKILL");
    server = await startServer(server);
    expect((await get(`/api/v1/products/${id}`)).body.title).toBe("Written just before the crash");
  });
});
