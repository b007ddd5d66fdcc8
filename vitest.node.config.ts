import { defineConfig } from "vitest/config";

/** Tests that need a real process: the two commands, the served documents, a browser. */
export default defineConfig({ test: { include: ["test/runtime/**/*.test.ts"], testTimeout: 120_000, hookTimeout: 120_000, fileParallelism: false } });
