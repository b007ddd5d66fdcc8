import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { outside } from "./test/support/outside.ts";

/** Tests inside workerd, against real SQLite, R2 and the disk service that stands in for R2 on one machine. */
export default defineConfig({
  plugins: [
    cloudflareTest({
      wrangler: { configPath: "./wrangler.toml" },
      miniflare: {
        bindings: { CROW_SECRET: "test-root-secret-0123456789abcdef0123456789", OPERATOR_TOKEN: "test-operator-token-0123456789abcdef" },
        outboundService: outside,
        serviceBindings: { OBJECTS: { disk: { path: mkdtempSync(join(tmpdir(), "crow-objects-")), writable: true } } },
      },
    }),
  ],
  // Files share a worker and its modules: loading the whole Worker anew for each would take most of the run. A test sees what others left, so it makes its own organization.
  // Hashing passwords is slow on purpose: a test with thirty sign-ins takes seconds. A first hook loads the whole Worker, which takes as long on a cold machine.
  test: { isolate: false, include: ["test/**/*.test.ts"], exclude: ["test/runtime/**"], testTimeout: 60_000, hookTimeout: 60_000 },
});
