// npm test: install what is missing, then types, lint, format and the tests in workerd. Ends with one line: N passed, N failed.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureInstalled } from "./install.mjs";
import { root } from "./paths.mjs";

ensureInstalled();
const { gatherAssets } = await import("./build.mjs");
await gatherAssets();

const reports = mkdtempSync(join(tmpdir(), "crow-test-"));
let passed = 0;
let failed = 0;

step("types", "tsc", ["--noEmit"]);
step("types of what runs in a browser", "tsc", ["--noEmit", "-p", "browser"]);
step("lint", "oxlint", []);
step("format", "oxfmt", ["--check"]);
suite("tests in workerd", "vitest.config.ts");
suite("the two commands", "vitest.node.config.ts");

rmSync(reports, { recursive: true, force: true });
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);

function run(command, args) {
  return spawnSync(join(root, "node_modules/.bin", command), args, {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, FORCE_COLOR: process.env.CI ? "0" : process.env.FORCE_COLOR },
  }).status;
}

/** A check that passes or fails as a whole; counts as one. */
function step(name, command, args) {
  console.log(`\n── ${name}`);
  if (run(command, args) === 0) passed += 1;
  else failed += 1;
}

/** A vitest run; its tests are counted from its own report, and a run that breaks off counts as a failure. */
function suite(name, config) {
  console.log(`\n── ${name}`);
  const report = join(reports, `${config}.json`);
  const status = run("vitest", [
    "run",
    "--config",
    config,
    "--silent=passed-only",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
  ]);
  try {
    const result = JSON.parse(readFileSync(report, "utf8"));
    passed += result.numPassedTests;
    failed += result.numFailedTests;
    if (status !== 0 && result.numFailedTests === 0) failed += 1;
  } catch {
    failed += 1;
  }
}
