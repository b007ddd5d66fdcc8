// Runs the built bundle on plain workerd with everything on disk under one directory.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { root } from "../paths.mjs";

/** Writes the configuration and starts workerd. `env` holds the secrets; they never touch the configuration file. */
export function startWorkerd({ data, port, host, env }) {
  for (const folder of ["actors", "objects"]) mkdirSync(join(data, folder), { recursive: true });
  const config = join(data, "workerd.capnp");
  writeFileSync(config, configuration({ data, port, host, vars: Object.keys(env) }));
  stopLeftOver(data);
  const child = spawn(workerdBinary(), ["serve", config], { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  writeFileSync(join(data, "workerd.pid"), String(child.pid));
  child.on("exit", () => rmSync(join(data, "workerd.pid"), { force: true }));
  return child;
}

function configuration({ data, port, host, vars }) {
  const from = (path) => JSON.stringify(relative(data, join(root, path)));
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
  modules = [(name = "worker.js", esModule = embed ${from("dist/worker.js")})],
  compatibilityDate = "2026-08-01",
  compatibilityFlags = ["nodejs_compat"],
  durableObjectNamespaces = [
    (className = "OrganizationActor", uniqueKey = "OrganizationActor", enableSql = true),
    (className = "DirectoryActor", uniqueKey = "DirectoryActor", enableSql = true),
  ],
  durableObjectStorage = (localDisk = "actors"),
  bindings = [
    (name = "ORGANIZATIONS", durableObjectNamespace = "OrganizationActor"),
    (name = "DIRECTORY", durableObjectNamespace = "DirectoryActor"),
    (name = "ASSETS", service = "assets"),
    (name = "OBJECTS", service = "objects"),
${bindings}
  ],
);

const assets :Workerd.Worker = (
  modules = [(name = "assets.js", esModule = embed ${from("scripts/local/assets.js")})],
  compatibilityDate = "2026-08-01",
  bindings = [(name = "FILES", service = "files")],
);
`;
}

/** workerd is a native program; its package names the one for this platform. */
function workerdBinary() {
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

/** A launcher that was killed hard leaves its workerd behind, holding port and files: end it before a new one starts. */
function stopLeftOver(data) {
  const file = join(data, "workerd.pid");
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, "utf8"));
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
    if (command.includes("workerd") && command.includes(join(data, "workerd.capnp"))) process.kill(pid, "SIGKILL");
  } catch {
    // No such process, or no /proc on this system: nothing to end.
  }
  rmSync(file, { force: true });
}
