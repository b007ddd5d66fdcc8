import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Plugin } from "esbuild";
import { freePort } from "./server.ts";

const root = join(import.meta.dirname, "../..");
const FIXTURE = join(root, "test/mcp/fixture");

export interface RunningFixture {
  base_url: string;
  /** Everything printed so far. */
  output: () => string;
  /** Makes an organization over the API; returns the URL at which its fixture answers without a credential. */
  newUrl: (slug: string) => Promise<string>;
  stop: () => Promise<void>;
}

interface Build {
  gatherAssets(): Promise<boolean>;
  bundleWorker(options: { entry: string; outfile: string; plugins: Plugin[] }): Promise<void>;
}

interface Local {
  startWorkerd(options: { data: string; port: number; host: string; env: Record<string, string>; bundle: string }): ChildProcess;
}

/** The fixture says of itself what it offers, where the product says it. */
const DECLARES_FIXTURE: Plugin = {
  name: "declares the fixture",
  setup(build) {
    build.onResolve({ filter: /\/server\.ts$/ }, ({ path, resolveDir }) => {
      const product = join(resolveDir, path) === join(root, "src/protocols/mcp/server.ts");
      return product && resolveDir !== FIXTURE ? { path: join(FIXTURE, "server.ts") } : undefined;
    });
  },
};

/** Runs the product's Worker with the fixture's tools on plain workerd, with everything on disk. */
export async function startFixture(): Promise<RunningFixture> {
  const { gatherAssets, bundleWorker } = (await import(join(root, "scripts/build.mjs"))) as Build;
  const { startWorkerd } = (await import(join(root, "scripts/local/workerd.mjs"))) as Local;
  const data = mkdtempSync(join(tmpdir(), "crow-mcp-fixture-"));
  const bundle = join(data, "fixture.js");
  await gatherAssets();
  await bundleWorker({ entry: join(FIXTURE, "worker.ts"), outfile: bundle, plugins: [DECLARES_FIXTURE] });
  const port = await freePort();
  const base_url = `http://localhost:${port}`;
  const operator_token = randomBytes(32).toString("base64url");
  const env = { CROW_SECRET: randomBytes(32).toString("base64url"), OPERATOR_TOKEN: operator_token };
  const child = startWorkerd({ data, port, host: "127.0.0.1", env, bundle });
  let output = "";
  child.stdout!.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr!.on("data", (chunk: Buffer) => (output += chunk.toString()));
  for (const until = Date.now() + 60_000; ; await new Promise((next) => setTimeout(next, 50))) {
    if (await fetch(`${base_url}/healthz`).catch(() => null)) break;
    if (Date.now() > until || child.exitCode !== null) throw new Error(`The fixture did not get ready:\n${output}`);
  }
  return {
    base_url,
    output: () => output,
    newUrl: async (slug) => {
      const response = await fetch(`${base_url}/api/v1/organizations`, {
        method: "POST",
        headers: { Authorization: `Bearer ${operator_token}`, "Content-Type": "application/json" },
        body: JSON.stringify({ name: "Conformance", slug, tier: "enterprise", currency: "USD", time_zone: "UTC" }),
      });
      const { api_key } = (await response.json()) as { api_key: string };
      return `${base_url}/with/${api_key}/mcp`;
    },
    stop: async () => {
      const exited = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await exited;
      rmSync(data, { recursive: true, force: true });
    },
  };
}
