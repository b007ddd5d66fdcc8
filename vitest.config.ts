import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { outsideDocument } from "./test/support/outside_documents.ts";

/** What the outside world got by POST, by path, and how it answers: the tests' webhook receiver. GET gives it back; PUT sets the answer. */
const received = new Map<string, { headers: Record<string, string>; body: string }[]>();
const answers = new Map<string, { status: number; headers?: Record<string, string> }>();
async function outside(request: Request): Promise<Response> {
  const document = await outsideDocument(request);
  if (document) return document;
  const { pathname } = new URL(request.url);
  if (request.method === "GET") return Response.json(received.get(pathname) ?? []);
  if (request.method === "PUT") {
    answers.set(pathname, (await request.json()) as { status: number });
    return Response.json({});
  }
  const { status, headers } = answers.get(pathname) ?? { status: 200 };
  received.set(pathname, [...(received.get(pathname) ?? []), { headers: Object.fromEntries(request.headers), body: await request.text() }]);
  return new Response("thanks", { status, headers });
}

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
  test: { include: ["test/**/*.test.ts"], exclude: ["test/runtime/**"] },
});
