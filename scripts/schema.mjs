// Writes docs/schema.graphql: the GraphQL schema as the code has it.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { root } from "./paths.mjs";

const directory = await mkdtemp(join(tmpdir(), "crow-schema-"));
try {
  const outfile = join(directory, "schema.mjs");
  await build({
    stdin: {
      contents: `
        import { printSchema } from "graphql";
        import { crowSchema } from "./src/protocols/graphql/schema/index.ts";
        export const text = printSchema(crowSchema()) + "\\n";`,
      resolveDir: root,
    },
    outfile,
    bundle: true,
    format: "esm",
    target: "es2024",
    platform: "neutral",
    mainFields: ["module", "main"],
    logLevel: "warning",
  });
  const { text } = await import(pathToFileURL(outfile).href);
  await writeFile(join(root, "docs/schema.graphql"), text);
  console.log("Wrote docs/schema.graphql");
} finally {
  await rm(directory, { recursive: true });
}
