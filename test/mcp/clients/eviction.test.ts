// The organization's actor loses its memory at any moment; no client notices.
import { describe, expect, it } from "vitest";
import { createOrganization, send, type TestOrganization } from "../../support/api.ts";
import { evict } from "../actor/support.ts";
import type { Consent, Progress } from "./client.ts";
import { LINES } from "./lines.ts";
import { advanceExports, createProduct, EXPORT, exportsOf, holdExports, releaseExports, until } from "./support.ts";

/** Each has its own: an eviction takes a second, so they wait side by side. */
async function open(): Promise<{ organization: TestOrganization; key: string }> {
  const organization = await createOrganization();
  return { organization, key: organization.api_key };
}

describe.concurrent.each(LINES)("an eviction ($line)", ({ connect }) => {
  it("between two calls is not noticed, and what is followed is told as before, once", async () => {
    const { organization, key } = await open();
    const product_id = await createProduct(key);
    const uri = `crow://products/${product_id}`;
    const client = await connect({ key });
    await client.follow(uri);
    await evict(organization);
    expect(await client.call("products_get", { product_id })).toMatchObject({ structuredContent: { title: "Lamp" } });
    await evict(organization);
    await send("PATCH", `/api/v1/products/${product_id}`, { key, body: { title: "Lamp II" } });
    await until(() => client.told.length > 0);
    expect(client.told).toEqual([`updated ${uri}`]);
    await client.end();
    expect(client.errors).toEqual([]);
  });

  it("in the middle of a call that waits: progress goes on, and the result comes once", async () => {
    const { organization, key } = await open();
    await holdExports(organization);
    const client = await connect({ key });
    const progress: Progress[] = [];
    const results: unknown[] = [];
    const call = client.call("exports_create", EXPORT, { onprogress: (told) => progress.push(told) }).then((result) => results.push(result));
    await until(() => progress.length === 1);
    await evict(organization);
    await advanceExports(organization, 3, 10);
    await until(() => progress.length === 2);
    await evict(organization);
    await releaseExports(organization);
    await call;
    expect(progress.slice(0, 2)).toMatchObject([{ progress: 0 }, { progress: 3, total: 10, message: "3 of 10 rows written" }]);
    expect(results).toMatchObject([{ structuredContent: { status: "succeeded" } }]);
    expect(await exportsOf(organization)).toMatchObject([{ status: "succeeded" }]);
    await client.end();
    expect(client.errors).toEqual([]);
  });

  it("while a person thinks: the answer that comes afterwards counts, once", async () => {
    const { organization, key } = await open();
    const product_id = await createProduct(key);
    let answer: ((consent: Consent) => void) | undefined;
    const client = await connect({ key, person: () => new Promise((resolve) => (answer = resolve)) });
    const call = client.call("products_delete", { product_id });
    await until(() => answer);
    await evict(organization);
    expect((await send("GET", `/api/v1/products/${product_id}`, { key })).status).toBe(200);
    await evict(organization);
    answer!({ action: "accept", content: { confirm: true } });
    expect((await call).isError ?? false).toBe(false);
    expect((await send("GET", `/api/v1/products/${product_id}`, { key })).status).toBe(404);
    const { body } = await send<{ data: unknown[] }>("GET", `/api/v1/audit-log?subject=${product_id}&type=product.deleted`, { key });
    expect(body.data).toHaveLength(1);
    await client.end();
    expect(client.errors).toEqual([]);
  });

  it("under two calls that wait side by side gives each its own end", async () => {
    const { organization, key } = await open();
    await holdExports(organization);
    const client = await connect({ key });
    const seen: string[] = [];
    const calls = ["csv", "ndjson"].map((format) =>
      client
        .call("exports_create", { ...EXPORT, format }, { onprogress: () => seen.push(format) })
        .then(({ structuredContent }) => structuredContent!),
    );
    await until(() => seen.length === 2);
    await evict(organization);
    await releaseExports(organization);
    expect(await Promise.all(calls)).toMatchObject([
      { format: "csv", status: "succeeded" },
      { format: "ndjson", status: "succeeded" },
    ]);
    expect(seen.toSorted()).toEqual(["csv", "ndjson"]);
    await client.end();
    expect(client.errors).toEqual([]);
  });
});
