// A million rows, exported through a kill -9 in the middle: every row once, and memory that does not grow with the file.
import { createHash } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startServer, type RunningServer } from "./server.ts";

const ROWS = 1_000_000;
const BATCH = 1_000;
/** Above what the server holds before the export: pages, a part of 8 MiB and its copies; far below the file's hundreds of MB. */
const GROWTH_MAX_MB = 250;

interface Job {
  id: string;
  status: string;
  progress: { rows_done: number };
  result: { rows: number; bytes: number; sha256: string };
  download_url: string;
}

let server: RunningServer;
let key: string;
beforeAll(async () => {
  server = await startServer();
  const organization = await call<{ api_key: string }>(
    "POST",
    "/api/v1/organizations",
    { name: "Large", tier: "enterprise" },
    server.demo.operator_token,
  );
  key = organization.api_key;
  for (let start = 0; start < ROWS; start += BATCH) {
    const interactions = Array.from({ length: BATCH }, (_value, offset) => {
      const index = start + offset;
      const occurred_at = new Date(Date.parse("2026-01-01T00:00:00Z") + index * 5_000).toISOString();
      return { event_id: `e${index}`, type: "page_view", occurred_at, visitor_id: `v${index % 5_000}`, session_id: `s${Math.floor(index / 10)}` };
    });
    await call("POST", "/api/v1/interactions", { backfill: true, interactions }, key);
  }
}, 900_000);
afterAll(async () => {
  await server.stop("SIGTERM");
  rmSync(server.data, { recursive: true, force: true });
});

async function call<Body>(method: string, path: string, body: unknown, token: string): Promise<Body> {
  const response = await fetch(server.demo.base_url + path, {
    method,
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const reply = (await response.json()) as Body;
  if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(reply)}`);
  return reply;
}

function workerdPid(): number {
  return Number(readFileSync(join(server.data, "workerd.pid"), "utf8").split(" ")[0]);
}

function memoryMb(): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${workerdPid()}/status`, "utf8"))![1]) / 1024;
}

describe("an export of a million rows", () => {
  it("survives kill -9 in the middle, has every row once, and keeps memory flat", async () => {
    const { id } = await call<Job>(
      "POST",
      "/api/v1/exports",
      { resource: "interactions", format: "ndjson", fields: ["event_id", "occurred_at", "context"] },
      key,
    );
    const read = (): Promise<Job> => call<Job>("GET", `/api/v1/exports/${id}`, undefined, key);
    let job = await read();
    while (job.progress.rows_done < ROWS / 10) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      job = await read();
    }
    // The server itself first, in the middle of its work; then the launcher.
    process.kill(workerdPid(), "SIGKILL");
    await server.stop("SIGKILL");
    server = await startServer(server);
    const idle_mb = memoryMb();
    let peak_mb = idle_mb;
    for (job = await read(); job.status === "running" || job.status === "queued"; job = await read()) {
      peak_mb = Math.max(peak_mb, memoryMb());
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(job.status, JSON.stringify(job)).toBe("succeeded");
    expect(peak_mb - idle_mb).toBeLessThan(GROWTH_MAX_MB);
    expect(job.result.rows).toBe(ROWS);
    const file = Buffer.from(await (await fetch(job.download_url)).arrayBuffer());
    expect(file.byteLength).toBe(job.result.bytes);
    expect(createHash("sha256").update(file).digest("hex")).toBe(job.result.sha256);
    const lines: string[] = file.toString("utf8").trimEnd().split("\n");
    expect(lines).toHaveLength(ROWS);
    const wrong = lines.findIndex((line, index) => !line.startsWith(`{"event_id":"e${index}",`));
    expect(wrong).toBe(-1);
  }, 300_000);
});
