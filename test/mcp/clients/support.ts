import { vi } from "vitest";
import { send, type TestOrganization } from "../../support/api.ts";
import { runJob, sql } from "../actor/support.ts";
import type { ToolResult } from "./client.ts";

export const WAIT = { timeout: 15_000, interval: 10 };
export const until = <Value>(met: () => Value | Promise<Value>): Promise<NonNullable<Value>> => vi.waitUntil(met as never, WAIT) as never;

const EXPORT_BLOCKS = ["exp_00000000000000000000000001", "exp_00000000000000000000000002"];

/** Takes both places in which exports run: what is started waits for its turn, as behind two that are large. */
export async function holdExports(organization: TestOrganization): Promise<void> {
  for (const id of EXPORT_BLOCKS) {
    await sql(
      organization,
      `INSERT INTO exports (id, resource, format, compression, filter, fields, status, rows_done, bytes, parts, cursor, created_at, version)
       VALUES (?, 'products', 'csv', 'none', '{}', '["id"]', 'running', 0, 0, '[]', 0, 0, 1)`,
      id,
    );
  }
}

/** Both are over: what waited runs. */
export async function releaseExports(organization: TestOrganization): Promise<void> {
  await sql(organization, `DELETE FROM exports WHERE id IN (?, ?)`, ...EXPORT_BLOCKS);
  await sql(organization, "UPDATE exports SET status = 'queued', rows_done = 0, rows_total = NULL WHERE status = 'running'");
  await sql(organization, "INSERT INTO jobs (kind, key, run_at, payload) VALUES ('exports.dispatch', '', 0, 'null') ON CONFLICT DO NOTHING");
  await runJob(organization, "exports.dispatch", "");
}

/** What waits is as far as this, and its calls look at it, as they do twice a minute. */
export async function advanceExports(organization: TestOrganization, rows_done: number, rows_total: number): Promise<void> {
  const waiting = await sql(organization, "SELECT id, subject FROM mcp_calls WHERE status = 'waiting'");
  for (const { id, subject } of waiting) {
    await sql(organization, "UPDATE exports SET status = 'running', rows_done = ?, rows_total = ? WHERE id = ?", rows_done, rows_total, subject!);
    await sql(organization, "UPDATE mcp_calls SET progress = json_set(progress, '$.at_ms', 0) WHERE id = ?", id!);
    await runJob(organization, "mcp.call", String(id));
  }
}

export const EXPORT = { resource: "products", format: "csv" };

interface ExportBody {
  id: string;
  status: string;
}

/** Exports that a client started, the newest first. */
export async function exportsOf({ api_key }: TestOrganization): Promise<ExportBody[]> {
  const { body } = await send<{ data: ExportBody[] }>("GET", "/api/v1/exports", { key: api_key });
  return body.data.filter(({ id }) => !EXPORT_BLOCKS.includes(id));
}

export async function createProduct(key: string, input: Record<string, unknown> = { title: "Lamp" }): Promise<string> {
  const { status, body } = await send<{ id: string }>("POST", "/api/v2/products", { key, body: input });
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body.id;
}

export async function makeKey({ api_key }: TestOrganization, input: Record<string, unknown> = {}): Promise<{ id: string; key: string }> {
  const scopes = ["products:read", "products:write", "exports:read", "exports:write"];
  const { status, body } = await send<{ id: string; key: string }>("POST", "/api/v1/api-keys", {
    key: api_key,
    body: { name: "Of a client", scopes, ...input },
  });
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body;
}

export const codeOf = ({ isError, structuredContent }: ToolResult): string | undefined => (isError ? structuredContent?.error?.code : undefined);
