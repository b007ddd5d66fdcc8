// Starts what is measured: our built bundle on plain workerd, the plain stack on Node, and the floor on workerd.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build as bundle } from "esbuild";
import { build } from "../scripts/build.mjs";
import { startWorkerd, workerdBinary } from "../scripts/local/workerd.mjs";

const here = import.meta.dirname;
const ENV = { CROW_SECRET: "bench-root-secret-0123456789abcdefghij", OPERATOR_TOKEN: "bench-operator-token-0123456789abcdef" };
export const workspace = mkdtempSync(join(tmpdir(), "crow-bench-"));

export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function untilUp(origin, path) {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (await fetch(origin + path).catch(() => null)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${origin} did not start`);
}

/** Ours, as npm start runs it, in a directory of its own; with V8's inspector at `inspector_port` where one is given. */
export async function startOurs(folder = "crow", inspector_port = null) {
  await build();
  const port = await freePort();
  const data = join(workspace, folder);
  mkdirSync(data, { recursive: true });
  const child = startWorkerd({
    data,
    port,
    host: "127.0.0.1",
    env: ENV,
    flags: inspector_port ? ["--inspector-addr", `127.0.0.1:${inspector_port}`] : [],
  });
  child.stdout.resume();
  child.stderr.on("data", (chunk) => process.stderr.write(chunk));
  const origin = `http://127.0.0.1:${port}`;
  await untilUp(origin, "/healthz");
  const request = async (method, path, body, key) => {
    const response = await fetch(origin + path, {
      method,
      headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
      body: body && JSON.stringify(body),
    });
    const reply = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(reply)}`);
    return reply;
  };
  const organization = (name) =>
    request(
      "POST",
      "/api/v1/organizations",
      { name, tier: "enterprise", rate_limit: { per_minute: 10_000_000, per_day: 1_000_000_000 }, currency: "USD" },
      ENV.OPERATOR_TOKEN,
    );
  return { name: "CROW", origin, pid: child.pid, request, organization, stop: () => child.kill("SIGKILL") };
}

/** The plain stack; `synchronous` is FULL or NORMAL, `issuer` whose access tokens it takes. */
export async function startPlain(synchronous, issuer) {
  const outfile = join(here, "plain/.server.mjs");
  await bundle({
    entryPoints: [join(here, "plain/server.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    packages: "external",
    nodePaths: [join(here, "node_modules")],
    logLevel: "warning",
  });
  const server = await startNode(outfile, [join(workspace, `plain-${synchronous}.sqlite`), synchronous, issuer]);
  return { name: `plain ${synchronous}`, ...server };
}

/** panva's oidc-provider with one client that may ask for tokens for itself. */
export async function startOidcProvider() {
  return { name: "oidc-provider", ...(await startNode(join(here, "oidc_provider/server.mjs"), [])) };
}

/** A server on Node that takes its port first and prints one line of JSON when it listens. */
export async function startNode(file, values) {
  const port = await freePort();
  const child = spawn(process.execPath, [file, String(port), ...values], {
    cwd: here,
    env: { ...process.env, NODE_ENV: "production" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const told = await new Promise((resolve, reject) => {
    child.stdout.once("data", (chunk) => resolve(JSON.parse(String(chunk))));
    child.once("exit", () => reject(new Error(`${file} stopped`)));
  });
  return { ...told, origin: `http://127.0.0.1:${port}`, pid: child.pid, stop: () => child.kill("SIGKILL") };
}

/** One hop and one read, nothing else. */
export async function startFloor() {
  const data = join(workspace, "floor");
  mkdirSync(join(data, "actors"), { recursive: true });
  await bundle({
    entryPoints: [join(here, "floor/worker.js")],
    outfile: join(data, "worker.js"),
    bundle: true,
    format: "esm",
    platform: "neutral",
    conditions: ["workerd", "worker"],
    external: ["cloudflare:*"],
    logLevel: "warning",
  });
  const port = await freePort();
  writeFileSync(
    join(data, "config.capnp"),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .main), (name = "actors", disk = (path = "${join(data, "actors")}", writable = true))],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")], compatibilityDate = "2026-08-01", compatibilityFlags = ["nodejs_compat"],
  durableObjectNamespaces = [(className = "Floor", uniqueKey = "Floor", enableSql = true)], durableObjectStorage = (localDisk = "actors"),
  bindings = [(name = "FLOOR", durableObjectNamespace = "Floor")],
);
`,
  );
  const child = spawn(workerdBinary(), ["serve", join(data, "config.capnp")], { stdio: "ignore" });
  const origin = `http://127.0.0.1:${port}`;
  await untilUp(origin, "/products/one");
  return { name: "floor", origin, pid: child.pid, stop: () => child.kill("SIGKILL") };
}

/** Resident memory of a process, in MB. */
export function memory_mb(pid) {
  return Math.round(memory_kb(pid) / 1024);
}

export function memory_kb(pid) {
  const line = readFileSync(`/proc/${pid}/status`, "utf8")
    .split("\n")
    .find((text) => text.startsWith("VmRSS"));
  return Number(line.replace(/\D/g, ""));
}

/** Processor time that a process has used, in ms. */
export function processor_ms(pid) {
  // Fields 14 and 15 of proc_pid_stat(5), in hundredths of a second; the second field is a name in parentheses.
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

const ORGANIZATION_FILE = /\/OrganizationActor\/[0-9a-f]{64}\.sqlite$/;

/** How many organizations' actors are awake: while one is, its database's file is open. */
export function openOrganizations(pid) {
  return readdirSync(`/proc/${pid}/fd`).filter((descriptor) => ORGANIZATION_FILE.test(targetOf(`/proc/${pid}/fd/${descriptor}`))).length;
}

function targetOf(link) {
  try {
    return readlinkSync(link);
  } catch {
    return "";
  }
}
