// Runs the built bundle on plain workerd with everything on disk under one directory.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { root } from "../paths.mjs";

/** Process ids of workerd and of its launcher. */
const PID_FILE = "workerd.pid";
/** Bindings and classes of the actors, as wrangler.toml has them. */
const ACTORS = [
  ["ORGANIZATIONS", "OrganizationActor"],
  ["DIRECTORY", "DirectoryActor"],
  ["ACCOUNTS", "AccountActor"],
  ["OAUTH_CLIENTS", "OAuthClientActor"],
  ["THROTTLES", "ThrottleActor"],
];

/** Writes the configuration and starts workerd. `env` holds the secrets; they never touch the configuration file. `flags` are workerd's own, `bundle` is the Worker. */
export function startWorkerd({ data, port, host, env, flags = [], bundle = join(root, "dist/worker.js") }) {
  for (const folder of ["actors", "objects"]) mkdirSync(join(data, folder), { recursive: true });
  const config = join(data, "workerd.capnp");
  writeFileSync(config, configuration({ data, port, host, vars: Object.keys(env), bundle }));
  const child = spawn(workerdBinary(), ["serve", ...flags, config], { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  writeFileSync(join(data, PID_FILE), `${child.pid} ${process.pid}\n`);
  child.on("exit", () => rmSync(join(data, PID_FILE), { force: true }));
  return child;
}

function configuration({ data, port, host, vars, bundle }) {
  const from = (path) => JSON.stringify(relative(data, path));
  const classes = ACTORS.map(([, name]) => `    (className = "${name}", uniqueKey = "${name}", enableSql = true),`).join("\n");
  const actors = ACTORS.map(([binding, name]) => `    (name = "${binding}", durableObjectNamespace = "${name}"),`).join("\n");
  const bindings = vars.map((name) => `    (name = "${name}", fromEnvironment = "${name}"),`).join("\n");
  return `# Made by npm start; edits are overwritten.
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "crow", worker = .crow),
    (name = "assets", worker = .assets),
    (name = "files", disk = (path = ${JSON.stringify(join(root, "dist/assets"))})),
    (name = "actors", disk = (path = ${JSON.stringify(join(data, "actors"))}, writable = true)),
    (name = "objects", disk = (path = ${JSON.stringify(join(data, "objects"))}, writable = true)),
    (name = "internet", network = (allow = ["public"], tlsOptions = (trustBrowserCas = true))),
  ],
  sockets = [(name = "http", address = "${host}:${port}", http = (), service = "crow")],
);

const crow :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed ${from(bundle)})],
  compatibilityDate = "2026-08-01",
  compatibilityFlags = ["nodejs_compat"],
  durableObjectNamespaces = [
${classes}
  ],
  durableObjectStorage = (localDisk = "actors"),
  bindings = [
${actors}
    (name = "ASSETS", service = "assets"),
    (name = "OBJECTS", service = "objects"),
    (name = "LOG_BATCHED", text = "yes"),
${bindings}
  ],
);

const assets :Workerd.Worker = (
  modules = [(name = "assets.js", esModule = embed ${from(join(root, "scripts/local/assets.js"))})],
  compatibilityDate = "2026-08-01",
  bindings = [(name = "FILES", service = "files")],
);
`;
}

/** workerd is a native program; its package names the one for this platform. */
export function workerdBinary() {
  const require = createRequire(join(root, "package.json"));
  const platform = {
    "linux x64": "linux-64",
    "linux arm64": "linux-arm64",
    "darwin x64": "darwin-64",
    "darwin arm64": "darwin-arm64",
    "win32 x64": "windows-64",
  }[`${process.platform} ${process.arch}`];
  const packageFile = require.resolve(`@cloudflare/workerd-${platform}/package.json`, { paths: [dirname(require.resolve("workerd/package.json"))] });
  return join(dirname(packageFile), "bin", process.platform === "win32" ? "workerd.exe" : "workerd");
}

/**
 * Makes sure that nobody else serves this data directory. A launcher that was killed hard leaves its workerd behind, holding port and files: that one is
 * ended. One whose launcher lives is left alone, and this throws.
 */
export async function takeOver(data) {
  const file = join(data, PID_FILE);
  if (!existsSync(file)) return;
  const [pid, launcher] = readFileSync(file, "utf8").trim().split(" ").map(Number);
  if (serves(pid, data)) {
    // An orphan gets another parent.
    if (parentOf(pid) === launcher)
      throw new Error(`CROW runs already on ${data} (process ${launcher}). Stop it first, or choose another CROW_DATA.`);
    process.kill(pid, "SIGKILL");
    for (let attempt = 0; attempt < 200 && holdsFiles(pid); attempt++) await new Promise((next) => setTimeout(next, 50));
  }
  rmSync(file, { force: true });
}

/** Whether this process is a workerd on this data directory. False where the system has no /proc. */
function serves(pid, data) {
  const command = read(`/proc/${pid}/cmdline`);
  return command.includes("workerd") && command.includes(join(data, "workerd.capnp"));
}

/** A process that is being ended has lost its command line before its sockets: only as a zombie, or gone, it holds nothing any more. */
function holdsFiles(pid) {
  const status = read(`/proc/${pid}/status`);
  return status !== "" && !/^State:\s*[ZX]/m.test(status);
}

function parentOf(pid) {
  return Number(/^PPid:\s*(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1]);
}

function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
