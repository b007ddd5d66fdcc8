// Installs the locked dependencies when they are missing or older than the lock file.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./paths.mjs";

/** Returns once node_modules fits package-lock.json; ends the process with npm's own words when that fails. */
export function ensureInstalled() {
  const installed = join(root, "node_modules/.package-lock.json");
  if (existsSync(installed) && fits(installed)) return;
  process.stdout.write("Installing dependencies (once, about half a minute) …\n");
  const result = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: root, encoding: "utf8" });
  if (result.status !== 0) {
    process.stderr.write(`${result.stdout}${result.stderr}\nnpm ci failed; see above.\n`);
    process.exit(1);
  }
}

function fits(installed) {
  const have = JSON.parse(readFileSync(installed, "utf8")).packages;
  const want = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  return Object.entries(want).every(([path, entry]) => path === "" || entry.optional || have[path]?.version === entry.version);
}
