import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { BlobPart, BlobStore } from "../../src/actors/blobs/blob_store.ts";
import { PART_BYTES } from "../../src/actors/blobs/blob_store.ts";
import { DiskBlobStore } from "../../src/actors/blobs/disk_store.ts";
import { R2BlobStore } from "../../src/actors/blobs/r2_store.ts";

const stores: [string, () => BlobStore][] = [
  ["R2", () => new R2BlobStore(env.EXPORTS!)],
  ["the disk service", () => new DiskBlobStore(env.OBJECTS!)],
];

const text = async (stream: ReadableStream<Uint8Array> | null): Promise<string> =>
  stream ? new TextDecoder().decode(await new Response(stream).arrayBuffer()) : "";
const info = { content_type: "text/csv", filename: "a.csv" };

describe.each(stores)("a blob store on %s", (_name, open) => {
  const key = (): string => `org_${crypto.randomUUID()}/exports/one`;

  it("shows an object only once it is complete, with its type, name and size", async () => {
    const store = open();
    const at = key();
    const upload = await store.create(at, info);
    const part = await store.uploadPart(at, upload, 1, new TextEncoder().encode("hello"));
    expect(await store.head(at)).toBeNull();
    expect(await store.read(at)).toBeNull();
    await store.complete(at, upload, [part]);
    expect(await store.head(at)).toMatchObject({ bytes: 5, ...info });
    expect(await text(await store.read(at))).toBe("hello");
  });

  it("stitches parts and answers ranges across their seam", async () => {
    const store = open();
    const at = key();
    const upload = await store.create(at, info);
    const parts: BlobPart[] = [];
    for (const [index, letter] of ["a", "b"].entries())
      parts.push(await store.uploadPart(at, upload, index + 1, new TextEncoder().encode(letter.repeat(PART_BYTES))));
    parts.push(await store.uploadPart(at, upload, 3, new TextEncoder().encode("end")));
    // Another store object, as after a restart.
    await open().complete(at, upload, parts);
    expect((await store.head(at))!.bytes).toBe(2 * PART_BYTES + 3);
    expect(await text(await store.read(at, { offset: PART_BYTES - 2, length: 4 }))).toBe("aabb");
    expect(await text(await store.read(at, { offset: 2 * PART_BYTES - 1, length: 100 }))).toBe("bend");
  });

  it("can write a part again, and the last one counts", async () => {
    const store = open();
    const at = key();
    const upload = await store.create(at, info);
    await store.uploadPart(at, upload, 1, new TextEncoder().encode("first"));
    const part = await store.uploadPart(at, upload, 1, new TextEncoder().encode("again"));
    await store.complete(at, upload, [part]);
    expect(await text(await store.read(at))).toBe("again");
  });

  it("keeps nothing of an aborted upload, and aborting twice or after completion harms nothing", async () => {
    const store = open();
    const at = key();
    const upload = await store.create(at, info);
    await store.uploadPart(at, upload, 1, new TextEncoder().encode("x"));
    await store.abort(at, upload);
    await store.abort(at, upload);
    expect(await store.head(at)).toBeNull();
    const second = await store.create(at, info);
    const part = await store.uploadPart(at, second, 1, new TextEncoder().encode("y"));
    await store.complete(at, second, [part]);
    await store.abort(at, second);
    expect(await text(await store.read(at))).toBe("y");
  });

  it("deletes an object, and a folder with everything in it and nothing beside it", async () => {
    const store = open();
    const organization = `org_${crypto.randomUUID()}`;
    const put = async (at: string): Promise<void> => {
      const upload = await store.create(at, info);
      await store.complete(at, upload, [await store.uploadPart(at, upload, 1, new TextEncoder().encode(at))]);
    };
    for (const at of [`${organization}/exports/1`, `${organization}/exports/2`, `${organization}.test/exports/1`]) await put(at);
    await store.delete(`${organization}/exports/1`);
    await store.delete(`${organization}/exports/1`);
    expect(await store.head(`${organization}/exports/1`)).toBeNull();
    await store.deleteFolder(`${organization}/`);
    expect(await store.head(`${organization}/exports/2`)).toBeNull();
    expect(await store.head(`${organization}.test/exports/1`)).not.toBeNull();
  });
});
