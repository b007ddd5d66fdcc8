import { gunzipSync } from "node:zlib";
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { parquetReadObjects } from "hyparquet";
import { beforeAll, describe, expect, it } from "vitest";
import type { OrganizationActor } from "../../src/actors/organization/actor.ts";
import { BASE_URL, OPERATOR_TOKEN, createOrganization, send, type ErrorBody, type TestOrganization } from "../support/api.ts";
import { exports } from "cloudflare:workers";

interface ExportBody {
  id: string;
  status: string;
  progress: { rows_done: number; rows_total: number };
  result: { rows: number; bytes: number; sha256: string } | null;
  download_url: string;
  error: unknown;
}

let organization: TestOrganization;
const ROWS = 2_500;
beforeAll(async () => {
  organization = await createOrganization({ currency: "EUR" });
  await send("POST", "/api/v1/products/batch", {
    key: organization.api_key,
    body: {
      products: [
        { name: 'Mug, "large"', external_id: "1", price: "7.99", currency: "EUR" },
        { name: "Línea\nnueva", sku: "2" },
      ],
    },
  });
  for (let start = 0; start < ROWS; start += 500) {
    const interactions = Array.from({ length: 500 }, (_value, index) => ({
      event_id: `e${start + index}`,
      type: (start + index) % 10 === 0 ? "purchase" : "view_item",
      occurred_at: new Date(Date.parse("2026-01-01T00:00:00Z") + (start + index) * 60_000).toISOString(),
      visitor_id: `v${(start + index) % 50}`,
      items: [{ external_id: "1", quantity: 1, price: "7.99" }],
      currency: "EUR",
      properties: { note: 'a "quoted", note' },
    }));
    const reply = await send("POST", "/api/v1/interactions", { key: organization.api_key, body: { backfill: true, interactions } });
    expect(reply.status, JSON.stringify(reply.body).slice(0, 300)).toBe(201);
  }
});

/** Lets the actor's alarm run until the export is finished, as the runtime would. */
async function finished(id: string, owner = organization): Promise<ExportBody> {
  for (let turn = 0; turn < 50; turn++) {
    await runDurableObjectAlarm(env.ORGANIZATIONS.getByName(owner.id));
    const { body } = await send<ExportBody>("GET", `/api/v1/exports/${id}`, { key: owner.api_key });
    if (body.status !== "queued" && body.status !== "running") return body;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("the export did not finish");
}

async function run(body: Record<string, unknown>, owner = organization): Promise<{ job: ExportBody; file: Uint8Array; response: Response }> {
  const created = await send<ExportBody>("POST", "/api/v1/exports", { key: owner.api_key, body });
  expect(created.status, JSON.stringify(created.body)).toBe(201);
  const job = await finished(created.body.id, owner);
  expect(job.status, JSON.stringify(job)).toBe("succeeded");
  const response = await exports.default.fetch(new Request(job.download_url));
  expect(response.status).toBe(200);
  return { job, response, file: new Uint8Array(await response.clone().arrayBuffer()) };
}

const hex = async (bytes: Uint8Array): Promise<string> => Buffer.from(await crypto.subtle.digest("SHA-256", bytes)).toString("hex");
// As gzip(1), zlib and every library do: all members of the file.
const gunzip = (bytes: Uint8Array): Uint8Array => gunzipSync(bytes);
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe("an export", () => {
  it("has every row once in each format, plain and gzipped, with the size and SHA-256 it says", async () => {
    const ids: string[][] = [];
    for (const format of ["csv", "ndjson", "json", "parquet"]) {
      for (const compression of ["none", "gzip"]) {
        const { job, file } = await run({ resource: "interactions", format, compression, fields: ["event_id", "value", "items", "occurred_at"] });
        expect(job.result).toMatchObject({ rows: ROWS, bytes: file.byteLength, sha256: await hex(file) });
        const content = format === "parquet" || compression === "none" ? file : gunzip(file);
        ids.push(await eventIds(format, content));
      }
    }
    const wanted = Array.from({ length: ROWS }, (_value, index) => `e${index}`);
    for (const found of ids) expect(found).toEqual(wanted);
  });

  it("keeps commas, quotes, line ends, money and types as they are", async () => {
    const csv = decode((await run({ resource: "products", format: "csv", fields: ["title", "price"] })).file);
    expect(csv).toBe('title,price\r\n"Mug, ""large""",7.99\r\n"Línea\nnueva",\r\n');
    const ndjson = decode((await run({ resource: "interactions", format: "ndjson", filter: { event_id: "e0" } })).file);
    expect(JSON.parse(ndjson)).toMatchObject({
      event_id: "e0",
      value: "7.99",
      currency: "EUR",
      items: [{ external_id: "1", price: "7.99" }],
      properties: { note: 'a "quoted", note' },
      backfill: true,
    });
    const parquet = (await run({ resource: "interactions", format: "parquet", filter: { event_id: "e0" } })).file;
    const [row] = await parquetReadObjects({ file: parquet.buffer as ArrayBuffer });
    expect(row).toMatchObject({ event_id: "e0", occurred_at: new Date("2026-01-01T00:00:00Z"), late: false });
  });

  it("takes the list's filter and, for insights, a range of days", async () => {
    const purchases = await run({ resource: "interactions", format: "ndjson", filter: { type: "purchase", date_to: "2026-01-01" } });
    expect(purchases.job.result!.rows).toBe(144);
    const days = decode((await run({ resource: "insights", format: "csv", filter: { date_from: "2026-01-01", date_to: "2026-01-03" } })).file);
    const lines = days.trim().split("\r\n");
    expect(lines).toHaveLength(4);
    expect(lines[1]).toMatch(/^2026-01-01,1440,/);
  });

  it("of nothing is an empty file of its format", async () => {
    const none = { event_id: "never" };
    expect(decode((await run({ resource: "interactions", format: "csv", fields: ["id"], filter: none })).file)).toBe("id\r\n");
    expect(decode((await run({ resource: "interactions", format: "ndjson", filter: none })).file)).toBe("");
    expect(JSON.parse(decode((await run({ resource: "interactions", format: "json", filter: none })).file))).toEqual([]);
    const parquet = (await run({ resource: "interactions", format: "parquet", filter: none })).file;
    expect(await parquetReadObjects({ file: parquet.buffer as ArrayBuffer })).toEqual([]);
  });

  it("goes on from its checkpoint when the actor dies in the middle, and has every row once", async () => {
    const created = await send<ExportBody>("POST", "/api/v1/exports", {
      key: organization.api_key,
      body: { resource: "interactions", format: "csv", fields: ["event_id"] },
    });
    const stub = env.ORGANIZATIONS.getByName(organization.id);
    // The alarm is cut off by eviction again and again.
    for (let turn = 0; turn < 5; turn++) {
      const alarm = runInDurableObject(stub, async (actor) => (actor as OrganizationActor).onAlarm()).catch(() => {});
      await evictDurableObject(stub).catch(() => {});
      await alarm;
    }
    const job = await finished(created.body.id);
    const response = await exports.default.fetch(new Request(job.download_url));
    const lines = (await response.text()).trim().split("\r\n").slice(1);
    expect(lines).toEqual(Array.from({ length: ROWS }, (_value, index) => `e${index}`));
  });

  it("leaves out what arrives after it started", async () => {
    const owner = await createOrganization();
    await send("POST", "/api/v1/interactions", { key: owner.api_key, body: { type: "click", event_id: "before" } });
    const created = await send<ExportBody>("POST", "/api/v1/exports", {
      key: owner.api_key,
      body: { resource: "interactions", format: "csv", fields: ["event_id"] },
    });
    const job = await finished(created.body.id, owner);
    await send("POST", "/api/v1/interactions", { key: owner.api_key, body: { type: "click", event_id: "after" } });
    expect(await (await exports.default.fetch(new Request(job.download_url))).text()).toBe("event_id\r\nbefore\r\n");
  });

  it("waits its turn: two run, the others follow in order", async () => {
    const owner = await createOrganization();
    const ids: string[] = [];
    for (let index = 0; index < 5; index++)
      ids.push((await send<ExportBody>("POST", "/api/v1/exports", { key: owner.api_key, body: { resource: "products", format: "csv" } })).body.id);
    const done = await Promise.all(ids.map((id) => finished(id, owner)));
    expect(done.map(({ status }) => status)).toEqual(ids.map(() => "succeeded"));
  });

  it("that storage refuses again and again fails and says so, and the next one gets its place", async () => {
    const owner = await createOrganization();
    const id = "exp_01jd0000000000000000000000";
    await runInDurableObject(env.ORGANIZATIONS.getByName(owner.id), (_actor, state) => {
      // As after five failed attempts on an upload that the store does not know any more.
      state.storage.sql.exec(
        `INSERT INTO exports (id, resource, format, compression, filter, fields, status, rows_done, rows_total, bytes, upload_id, parts, cursor, last_row, created_at, started_at, version)
         VALUES (?, 'products', 'csv', 'none', '{}', '["id"]', 'running', 0, 0, 0, 'no-such-upload', '[]', 0, 0, 0, 0, 1)`,
        id,
      );
      state.storage.sql.exec("INSERT INTO jobs (kind, key, run_at, payload, attempts) VALUES ('export.run', ?, 0, 'null', 5)", id);
      void state.storage.setAlarm(Date.now());
    });
    const failed = await finished(id, owner);
    expect(failed).toMatchObject({ status: "failed", error: { code: "EXPORT_FAILED" }, result: null });
    const next = await send<ExportBody>("POST", "/api/v1/exports", { key: owner.api_key, body: { resource: "products", format: "csv" } });
    expect((await finished(next.body.id, owner)).status).toBe("succeeded");
  });

  it("can be cancelled, after which nothing of it is left", async () => {
    const created = await send<ExportBody>("POST", "/api/v1/exports", {
      key: organization.api_key,
      body: { resource: "interactions", format: "csv" },
    });
    const cancelled = await send<ExportBody>("POST", `/api/v1/exports/${created.body.id}/cancel`, { key: organization.api_key, body: {} });
    expect(cancelled.body.status === "cancelled" || cancelled.status === 409).toBe(true);
    const again = await send<ErrorBody>("POST", `/api/v1/exports/${created.body.id}/cancel`, { key: organization.api_key, body: {} });
    expect(again.status).toBe(409);
    await runDurableObjectAlarm(env.ORGANIZATIONS.getByName(organization.id));
    expect((await send("DELETE", `/api/v1/exports/${created.body.id}`, { key: organization.api_key })).body).toMatchObject({ deleted: true });
  });

  it.each(["cancelled", "deleted with its organization"])("that is %s while it runs leaves no file behind", async (end) => {
    const owner = await createOrganization();
    const interactions = Array.from({ length: 100 }, (_value, index) => ({
      type: "click",
      event_id: `e${index}`,
      properties: { note: "x".repeat(5_000) },
    }));
    await send("POST", "/api/v1/interactions", { key: owner.api_key, body: { interactions } });
    const stub = env.ORGANIZATIONS.getByName(owner.id);
    const { body } = await send<ExportBody>("POST", "/api/v1/exports", { key: owner.api_key, body: { resource: "interactions", format: "csv" } });
    const alarm = runDurableObjectAlarm(stub).catch(() => {});
    if (end === "cancelled") await send("POST", `/api/v1/exports/${body.id}/cancel`, { key: owner.api_key, body: {} });
    else await send("DELETE", `/api/v1/organizations/${owner.id}`, { key: OPERATOR_TOKEN });
    await alarm;
    await runDurableObjectAlarm(stub).catch(() => {});
    // A race that the file won is no cancellation: then it is there, and complete.
    const job = await send<ExportBody>("GET", `/api/v1/exports/${body.id}`, { key: owner.api_key });
    const stored = await env.EXPORTS!.list({ prefix: `${owner.id}/` });
    expect(stored.objects.length).toBe(job.body.status === "succeeded" ? 1 : 0);
    expect(job.body.status === "succeeded" && end !== "cancelled").toBe(false);
  });

  it.each([
    [{ resource: "interactions", format: "xml" }, "format"],
    [{ resource: "nothing", format: "csv" }, "resource"],
    [{ resource: "products", format: "csv", fields: ["id", "colour"] }, "fields.1"],
    [{ resource: "products", format: "csv", fields: ["id", "id"] }, "fields.1"],
    [{ resource: "products", format: "csv", filter: { colour: "red" } }, "filter.colour"],
    [{ resource: "interactions", format: "csv", filter: { date_from: "yesterday" } }, "filter.date_from"],
    [{ resource: "insights", format: "csv", filter: { date_from: "2026-02-02", date_to: "2026-02-01" } }, "date_from"],
  ])("is refused when asked for %j", async (body, field) => {
    const reply = await send<ErrorBody>("POST", "/api/v1/exports", { key: organization.api_key, body });
    expect([reply.status, reply.body.error.details.field]).toEqual([400, field]);
  });
});

describe("a download link", () => {
  it("answers HEAD and byte ranges, and says that it is a file to keep", async () => {
    const { job, file } = await run({ resource: "products", format: "csv" });
    const fetchFile = (init: RequestInit): Promise<Response> => exports.default.fetch(new Request(job.download_url, init));
    const head = await fetchFile({ method: "HEAD" });
    expect(head.headers.get("Content-Length")).toBe(String(file.byteLength));
    expect(head.headers.get("Content-Disposition")).toMatch(/^attachment; filename="crow-products-[\d-]+\.csv"$/);
    for (const [range, from, to] of [
      ["bytes=2-5", 2, 6],
      ["bytes=10-", 10, file.byteLength],
      ["bytes=-4", file.byteLength - 4, file.byteLength],
    ] as const) {
      const part = await fetchFile({ headers: { Range: range } });
      expect(part.status).toBe(206);
      expect(part.headers.get("Content-Range")).toBe(`bytes ${from}-${to - 1}/${file.byteLength}`);
      expect(await part.text()).toBe(decode(file.slice(from, to)));
    }
    expect((await fetchFile({ headers: { Range: `bytes=${file.byteLength}-` } })).status).toBe(416);
    expect((await fetchFile({ headers: { Range: "bytes=0-1", "If-Range": '"stale"' } })).status).toBe(200);
    expect((await fetchFile({ headers: { Range: "bytes=5-2" } })).status).toBe(200);
  });

  it("is refused when anything in it was changed, and gone when expired or deleted", async () => {
    const { job } = await run({ resource: "products", format: "csv" });
    const other = await createOrganization();
    const get = (url: string): Promise<number> => send("GET", url.slice(BASE_URL.length)).then(({ status }) => status);
    expect(await get(job.download_url.replace(organization.id, other.id))).toBe(403);
    expect(await get(job.download_url.replace(/expires=\d+/, "expires=9999999999999"))).toBe(403);
    expect(await get(job.download_url.replace(/signature=.*/, "signature="))).toBe(403);
    expect(await get(job.download_url.replace(/owner=[^&]*/, `owner=${"a".repeat(1_100)}`))).toBe(403);
    await send("DELETE", `/api/v1/exports/${job.id}`, { key: organization.api_key });
    await runDurableObjectAlarm(env.ORGANIZATIONS.getByName(organization.id));
    expect(await get(job.download_url)).toBe(410);
  });
});

async function eventIds(format: string, content: Uint8Array): Promise<string[]> {
  if (format === "parquet")
    return (await parquetReadObjects({ file: content.buffer as ArrayBuffer, compressors: { GZIP: (bytes) => gunzipSync(bytes) } })).map((row) =>
      String(row.event_id),
    );
  const text = decode(content);
  if (format === "csv")
    return text
      .trim()
      .split("\r\n")
      .slice(1)
      .map((line) => line.split(",")[0]!);
  if (format === "ndjson")
    return text
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { event_id: string }).event_id);
  return (JSON.parse(text) as { event_id: string }[]).map(({ event_id }) => event_id);
}
