import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import { createVault } from "../../../src/actors/core/vault.ts";
import { send, type TestOrganization } from "../../support/api.ts";
import { McpCaller } from "./caller.ts";
import type { InnerSocket } from "./inner_socket.ts";

export type Row = Record<string, SqlStorageValue>;

/** Runs SQL in the organization's actor. */
export function sql({ id }: Pick<TestOrganization, "id">, text: string, ...values: SqlStorageValue[]): Promise<Row[]> {
  return runInDurableObject(env.ORGANIZATIONS.getByName(id), (_actor, state) => state.storage.sql.exec(text, ...values).toArray());
}

/** The actor sleeps, or is moved: its memory is gone, its sockets and its storage are not. */
export function evict({ id }: Pick<TestOrganization, "id">): Promise<void> {
  return evictDurableObject(env.ORGANIZATIONS.getByName(id));
}

/** Rows that the organization's actor has read since it is in memory. */
export function rowsRead({ id }: Pick<TestOrganization, "id">): Promise<number> {
  type Actor = { state: { core: { db: { rows_read: number } } } };
  return runInDurableObject(env.ORGANIZATIONS.getByName(id), (actor) => (actor as unknown as Actor).state.core.db.rows_read);
}

/** As if this job's time had come. */
export async function runJob(organization: Pick<TestOrganization, "id">, kind: string, key: string): Promise<void> {
  await sql(organization, "UPDATE jobs SET run_at = 1 WHERE kind = ? AND key = ?", kind, key);
  const actor = env.ORGANIZATIONS.getByName(organization.id);
  await runInDurableObject(actor, (_actor, state) => state.storage.setAlarm(Date.now()));
  await runDurableObjectAlarm(actor);
}

export async function makeKey(
  organization: TestOrganization,
  input: Record<string, unknown> = {},
): Promise<{ id: string; key: string; caller: McpCaller }> {
  const { body } = await send<{ id: string; key: string }>("POST", "/api/v1/api-keys", {
    key: organization.api_key,
    body: { name: "Another", scopes: ["products:read", "products:write", "exports:read"], ...input },
  });
  return { ...body, caller: new McpCaller(body.key) };
}

export const createProduct = ({ api_key }: TestOrganization, name = "A product"): Promise<unknown> =>
  send("POST", "/api/v1/products", { key: api_key, body: { name } });

/** Moves what `work` waits for. */
export const move = ({ api_key }: TestOrganization, product_id: string, metadata: { progress: number; done?: boolean }): Promise<unknown> =>
  send("PATCH", `/api/v1/products/${product_id}`, { key: api_key, body: { metadata } });

/** The product that a call waits for. */
export async function subjectOf(organization: TestOrganization, call_id: string): Promise<string> {
  const [row] = await sql(organization, "SELECT subject FROM mcp_calls WHERE id = ?", call_id);
  return String(row!.subject);
}

/** What is kept of what a call said, which is sealed. */
export async function saidBy({ id }: Pick<TestOrganization, "id">, call_id: string): Promise<Record<string, unknown>[]> {
  const vault = createVault(env.CROW_SECRET, id);
  const rows = await sql({ id }, "SELECT message FROM mcp_messages WHERE call_id = ? ORDER BY n", call_id);
  return rows.map(({ message }) => JSON.parse(vault.open(String(message))) as Record<string, unknown>);
}

export const messagesOf = (socket: InnerSocket): Record<string, unknown>[] => socket.of("message").map(({ message }) => message);

/** The last thing that a call said. */
export async function outcomeOf(socket: InnerSocket): Promise<Record<string, unknown>> {
  await socket.until("end");
  return messagesOf(socket).at(-1)!;
}

/** Long enough for what must not come to have come. */
export const pause = (ms = 150): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export const until = (met: () => unknown): Promise<unknown> => vi.waitUntil(met, { timeout: 5_000, interval: 5 });
