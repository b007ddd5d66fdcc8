// Bundles the page at /graphql and the workers of its editor. Each file is whole, so that files of two releases in a cache never need each other's parts.
import { root } from "./paths.mjs";

/** Writes GraphiQL's files to `target`, without source maps. */
export async function bundleGraphiql(target) {
  const esbuild = await import("esbuild");
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: {
      main: "browser/graphiql/main.tsx",
      "editor.worker": "monaco-editor/esm/vs/editor/editor.worker.js",
      "json.worker": "monaco-editor/esm/vs/language/json/json.worker.js",
      "graphql.worker": "monaco-graphql/esm/graphql.worker.js",
    },
    outdir: target,
    assetNames: "[name]",
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    loader: { ".graphql": "text", ".ttf": "file" },
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "warning",
  });
}
