// Bundles the Worker for plain workerd with the conditions wrangler uses, and gathers the static files beside it.
import { createHash } from "node:crypto";
import { cp, mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "./paths.mjs";

const OUT = join(root, "dist");
const SWAGGER_FILES = ["swagger-ui.css", "swagger-ui-bundle.js", "swagger-ui-standalone-preset.js", "favicon-32x32.png"];

/** Files whose change makes a new bundle. */
async function fingerprint() {
  const hash = createHash("sha256");
  const entries = await readdir(join(root, "src"), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  for (const file of [...files, join(root, "package-lock.json"), join(root, "scripts/build.mjs")].toSorted()) {
    hash.update(file.slice(root.length)).update(await readFile(file));
  }
  return hash.digest("hex");
}

/** Copies Swagger UI's files to `dist/assets`, which wrangler and workerd both serve. */
export async function gatherAssets() {
  const target = join(OUT, "assets/swagger-ui");
  await mkdir(target, { recursive: true });
  for (const file of SWAGGER_FILES) await cp(join(root, "node_modules/swagger-ui-dist", file), join(target, file));
}

/** Builds `dist/worker.js` unless it is up to date. Returns whether it built. */
export async function build() {
  const stamp = join(OUT, "fingerprint");
  const wanted = await fingerprint();
  if ((await readFile(stamp, "utf8").catch(() => "")) === wanted) return false;
  const esbuild = await import("esbuild");
  await mkdir(OUT, { recursive: true });
  await esbuild.build({
    entryPoints: [join(root, "src/edge/worker.ts")],
    outfile: join(OUT, "worker.js"),
    bundle: true,
    format: "esm",
    target: "es2024",
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*", "node:*"],
    sourcemap: "linked",
    logLevel: "warning",
  });
  await gatherAssets();
  await writeFile(stamp, wanted);
  return true;
}

if (process.argv[1] === import.meta.filename) {
  const built = await build();
  console.log(built ? "Built dist/worker.js" : "dist/worker.js is up to date");
}
