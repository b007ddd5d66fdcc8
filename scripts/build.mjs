// Bundles the Worker for plain workerd with the conditions wrangler uses, and gathers the static files beside it.
import { cp, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { bundleGraphiql } from "./build_graphiql.mjs";
import { unlessFresh } from "./fresh.mjs";
import { root } from "./paths.mjs";

const OUT = join(root, "dist");
const ASSETS = join(OUT, "assets");
const SWAGGER_FILES = ["swagger-ui.css", "swagger-ui-bundle.js", "swagger-ui-standalone-preset.js", "favicon-32x32.png"];

/** Fills `dist/assets`, which wrangler and workerd both serve, with Swagger UI's files and GraphiQL, unless it is up to date. */
export function gatherAssets() {
  return unlessFresh("assets", ["browser", "package-lock.json", "scripts/build.mjs", "scripts/build_graphiql.mjs"], async () => {
    await rm(ASSETS, { recursive: true, force: true });
    const swagger = join(ASSETS, "swagger-ui");
    await mkdir(swagger, { recursive: true });
    for (const file of SWAGGER_FILES) await cp(join(root, "node_modules/swagger-ui-dist", file), join(swagger, file));
    await bundleGraphiql(join(ASSETS, "graphiql"));
  });
}

/** Builds `dist/worker.js` and `dist/assets` unless they are up to date. Returns whether it built. */
export async function build() {
  const gathered = await gatherAssets();
  const bundled = await unlessFresh("worker", ["src", "package-lock.json", "scripts/build.mjs"], () => bundleWorker());
  return gathered || bundled;
}

/** Bundles a Worker whose modules are written as ours are. `plugins` are esbuild's. */
export async function bundleWorker({ entry = join(root, "src/edge/worker.ts"), outfile = join(OUT, "worker.js"), plugins = [] } = {}) {
  const esbuild = await import("esbuild");
  await esbuild.build({
    entryPoints: [entry],
    outfile,
    plugins,
    bundle: true,
    format: "esm",
    target: "es2024",
    platform: "neutral",
    mainFields: ["browser", "module", "main"],
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*", "node:*"],
    sourcemap: "linked",
    logLevel: "warning",
  });
}

if (process.argv[1] === import.meta.filename) {
  const built = await build();
  console.log(built ? "Built dist/worker.js and dist/assets" : "dist/worker.js and dist/assets are up to date");
}
