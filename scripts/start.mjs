// npm start: install what is missing, build, serve on plain workerd, seed the demo once, print one screen.
import { join, resolve } from "node:path";
import { ensureInstalled } from "./install.mjs";
import { DEMO_SLUG, ensureDemo } from "./local/demo.mjs";
import { loadSecrets } from "./local/secrets.mjs";
import { banner } from "./local/banner.mjs";
import { root } from "./paths.mjs";

const port = Number(process.env.PORT || 8787);
if (!Number.isInteger(port) || port < 1 || port > 65_535) fail(`PORT must be a number from 1 to 65535, not "${process.env.PORT}".`);
const host = process.env.HOST ?? "127.0.0.1";
const data = resolve(process.env.CROW_DATA ?? join(root, ".crow"));
const base_url = `http://localhost:${port}`;
const with_demo = process.env.CROW_DEMO !== "off";

ensureInstalled();
const { build } = await import("./build.mjs");
const { startWorkerd, takeOver } = await import("./local/workerd.mjs");
if (await build()) progress("Built");
const secrets = trySecrets();
await takeOver(data).catch((error) => fail(error.message));
const child = startWorkerd({
  data,
  port,
  host,
  env: { ...secrets, ...(with_demo ? { DEMO_SLUG } : {}), ...chosenSettings() },
});

let ready = false;
let stopping = false;
let errors = "";
child.stdout.on("data", (chunk) => ready && process.stdout.write(chunk));
child.stderr.on("data", (chunk) => (ready ? process.stderr.write(chunk) : (errors += chunk)));
child.on("exit", (code, signal) => {
  // Ctrl-C reaches workerd as well as this launcher, in either order.
  if (stopping || signal === "SIGINT" || signal === "SIGTERM") process.exit(0);
  process.stderr.write(`${errors}\nThe server stopped (code ${code}). ${portHint()}\n`);
  process.exit(1);
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    stopping = true;
    child.kill("SIGTERM");
    setTimeout(() => child.kill("SIGKILL"), 5_000).unref();
  });
}

try {
  await untilHealthy();
  const demo = with_demo ? await ensureDemo({ data, base_url, operator_token: secrets.OPERATOR_TOKEN, progress }) : null;
  clearProgress();
  process.stdout.write(demo ? banner(demo, data) : `CROW is running at ${process.env.PUBLIC_URL ?? base_url}, data and secrets in ${data}\n`);
  ready = true;
} catch (error) {
  process.stderr.write(`\n${error.message}\n${errors}`);
  stopping = true;
  process.exitCode = 1;
  child.kill("SIGTERM");
}

async function untilHealthy() {
  for (let attempt = 0; attempt < 300; attempt++) {
    const response = await fetch(`${base_url}/healthz`).catch(() => null);
    if (response?.ok) return;
    await new Promise((next) => setTimeout(next, 100));
  }
  throw new Error(`The server did not answer on ${base_url} within 30 seconds.`);
}

/** The deployment's settings that the environment names. */
function chosenSettings() {
  const names = [
    "PUBLIC_URL",
    "SIGN_UP",
    "CLIENT_REGISTRATION",
    "INTROSPECTION",
    "MCP_ALLOWED_ORIGINS",
    "UPSTREAM_ISSUER",
    "UPSTREAM_CLIENT_ID",
    "UPSTREAM_CLIENT_SECRET",
    "UPSTREAM_NAME",
  ];
  return Object.fromEntries(names.filter((name) => process.env[name]).map((name) => [name, process.env[name]]));
}
function trySecrets() {
  try {
    return loadSecrets(data);
  } catch (error) {
    return fail(error.message);
  }
}
function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
function progress(text) {
  process.stdout.write(process.stdout.isTTY ? `\r\u001b[K${text}` : `${text}\n`);
}
function clearProgress() {
  if (process.stdout.isTTY) process.stdout.write("\r\u001b[K");
}
function portHint() {
  return errors.includes("in use") ? `Port ${port} is taken: stop what uses it, or run PORT=8788 npm start.` : "";
}
