import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "./server.ts";

const root = join(import.meta.dirname, "../..");
/** What everybody who asks the example's Agent shows. */
export const AGENT_TOKEN = "agent-token-of-the-test";

export interface RunningAgent {
  url: string;
  ask: (question: string) => Promise<{ status: number; body: AgentAnswer }>;
  /** Ends the process at once, as an eviction or a crash ends an Agent: only what is on disk goes on. */
  kill: () => Promise<void>;
}

interface Local {
  workerdBinary(): string;
}

export interface AgentAnswer {
  tool?: string;
  arguments?: Record<string, unknown>;
  text?: string;
  data?: Record<string, unknown>;
  error?: unknown;
  authorize_url?: string;
  it_can_answer?: string[];
  tools?: { name: string }[];
}

/** Bundles the example as its users do, with wrangler and its own wrangler.toml. */
export function bundleAgent(folder: string): void {
  execFileSync(
    join(root, "node_modules/.bin/wrangler"),
    ["deploy", "--dry-run", "--outdir", folder, "--config", join(root, "examples/agent/wrangler.toml")],
    { cwd: root, stdio: "pipe", env: { ...process.env, WRANGLER_SEND_METRICS: "false" } },
  );
}

/** Runs the bundle in `folder` on plain workerd, its data beside it, until it answers. `port`: of an Agent that ran before on the same data. */
export async function startAgent(folder: string, vars: Record<string, string>, port?: number): Promise<RunningAgent> {
  const { workerdBinary } = (await import(join(root, "scripts/local/workerd.mjs"))) as Local;
  const listening = port ?? (await freePort());
  const actors = join(folder, "actors");
  mkdirSync(actors, { recursive: true });
  writeFileSync(join(folder, "workerd.capnp"), configuration(listening, actors, Object.keys(vars)));
  const child = spawn(workerdBinary(), ["serve", join(folder, "workerd.capnp")], {
    env: { ...process.env, ...vars },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const url = `http://localhost:${listening}`;
  for (const until = Date.now() + 30_000; !(await fetch(url).catch(() => null));) {
    if (Date.now() > until || child.exitCode !== null) throw new Error(`The Agent did not get ready:\n${output}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    url,
    ask: async (question) => {
      const response = await fetch(`${url}/ask`, {
        method: "POST",
        headers: { Authorization: `Bearer ${AGENT_TOKEN}`, "Content-Type": "application/json" },
        body: JSON.stringify({ question }),
      });
      return { status: response.status, body: (await response.json()) as AgentAnswer };
    },
    kill: async () => {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

function configuration(port: number, actors: string, vars: string[]): string {
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "agent", worker = .agent),
    (name = "actors", disk = (path = "${actors}", writable = true)),
    (name = "internet", network = (allow = ["public", "private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "agent")],
  # The library imports it for its e-mail features, which the example does not use; plain workerd has none.
  extensions = [(modules = [(name = "cloudflare-internal:email", esModule = "export default {};", internal = true)])],
);

const agent :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = "2026-08-01",
  compatibilityFlags = ["nodejs_compat"],
  durableObjectNamespaces = [(className = "CrowAgent", uniqueKey = "CrowAgent", enableSql = true)],
  durableObjectStorage = (localDisk = "actors"),
  bindings = [
    (name = "CROW_AGENT", durableObjectNamespace = "CrowAgent"),
${vars.map((name) => `    (name = "${name}", fromEnvironment = "${name}"),`).join("\n")}
  ],
);
`;
}
