import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [
    cloudflareTest({
      wrangler: { configPath: "./wrangler.toml" },
      miniflare: { bindings: { CROW_SECRET: "test-root-secret-0123456789abcdef0123456789", OPERATOR_TOKEN: "test-operator-token-0123456789abcdef" } },
    }),
  ],
  test: { include: ["test/**/*.test.ts"], exclude: ["test/runtime/**"] },
});
