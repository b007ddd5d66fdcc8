// npm run check:deploy: proves that the bundle deploys, without an account, and says how large it is.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { ensureInstalled } from "./install.mjs";
import { root } from "./paths.mjs";

ensureInstalled();
const { gatherAssets } = await import("./build.mjs");
await gatherAssets();
const out = mkdtempSync(join(tmpdir(), "crow-bundle-"));
execFileSync(join(root, "node_modules/.bin/wrangler"), ["deploy", "--dry-run", "--outdir", out], { cwd: root, stdio: "inherit" });
for (const file of readdirSync(out).filter((name) => name.endsWith(".js"))) {
  const bytes = readFileSync(join(out, file));
  console.log(`\n${file}: ${kib(bytes.length)}, gzip ${kib(gzipSync(bytes).length)} (Cloudflare allows 10 MiB gzip)`);
}
rmSync(out, { recursive: true, force: true });

function kib(bytes) {
  return `${(bytes / 1024).toFixed(0)} KiB`;
}
