import { waitUntil } from "cloudflare:workers";
import type { BlobInfo, BlobPart, BlobStore, ByteRange } from "./blob_store.ts";

interface Manifest extends BlobInfo {
  parts: number[];
}

interface Entry {
  name: string;
  type: "file" | "directory";
}

/**
 * Export files on one machine, through workerd's writable disk service. An object is a folder of part files and a manifest that is written last, so it
 * exists only when whole; reading stitches the parts together, and no byte is copied twice.
 */
export class DiskBlobStore implements BlobStore {
  constructor(private readonly disk: Fetcher) {}

  async create(key: string, info: Omit<BlobInfo, "bytes">): Promise<string> {
    await this.put(`${key}/upload.json`, JSON.stringify(info));
    return "disk";
  }

  async uploadPart(key: string, _upload_id: string, number: number, bytes: Uint8Array): Promise<BlobPart> {
    await this.put(partPath(key, number), bytes);
    return { number, etag: String(number), bytes: bytes.byteLength };
  }

  async complete(key: string, _upload_id: string, parts: readonly BlobPart[]): Promise<void> {
    const info = await this.json<Omit<BlobInfo, "bytes">>(`${key}/upload.json`);
    if (!info) throw new Error(`No upload at ${key}`);
    const manifest: Manifest = { ...info, bytes: parts.reduce((sum, part) => sum + part.bytes, 0), parts: parts.map((part) => part.bytes) };
    await this.put(`${key}/manifest.json`, JSON.stringify(manifest));
  }

  async abort(key: string): Promise<void> {
    if (!(await this.json(`${key}/manifest.json`))) await this.delete(key);
  }

  async head(key: string): Promise<BlobInfo | null> {
    return this.json<Manifest>(`${key}/manifest.json`);
  }

  async read(key: string, range?: ByteRange): Promise<ReadableStream<Uint8Array> | null> {
    const manifest = await this.json<Manifest>(`${key}/manifest.json`);
    if (!manifest) return null;
    const start = range?.offset ?? 0;
    const end = Math.min(manifest.bytes, start + (range?.length ?? manifest.bytes));
    const { readable, writable } = new FixedLengthStream(end - start);
    // The runtime must know of the copying: a response that is handed to it would otherwise outlive the code that fills it.
    waitUntil(this.pipeParts(key, manifest, start, end, writable));
    return readable;
  }

  async delete(key: string): Promise<void> {
    // The manifest first: without it the object is gone, whatever happens to the rest.
    await this.disk.fetch(url(`${key}/manifest.json`), { method: "DELETE" });
    await this.deleteFolder(`${key}/`);
  }

  async deleteFolder(folder: string): Promise<void> {
    const path = folder.replace(/\/$/, "");
    const response = await this.disk.fetch(url(`${path}/`));
    if (!response.ok) return;
    for (const { name, type } of await response.json<Entry[]>()) {
      if (type === "directory") await this.deleteFolder(`${path}/${name}/`);
      else await this.disk.fetch(url(`${path}/${name}`), { method: "DELETE" });
    }
    await this.disk.fetch(url(path), { method: "DELETE" });
  }

  private async pipeParts(key: string, manifest: Manifest, start: number, end: number, writable: WritableStream): Promise<void> {
    try {
      for (let number = 1, offset = 0; number <= manifest.parts.length && offset < end; number++) {
        const bytes = manifest.parts[number - 1]!;
        const from = Math.max(start - offset, 0);
        const to = Math.min(end - offset, bytes);
        offset += bytes;
        if (from >= to) continue;
        const part = await this.disk.fetch(url(partPath(key, number)), { headers: { Range: `bytes=${from}-${to - 1}` } });
        if (!part.ok || !part.body) throw new Error(`Part ${number} of ${key} is missing`);
        await part.body.pipeTo(writable, { preventClose: true });
      }
      await writable.close();
    } catch (error) {
      await writable.abort(error).catch(() => {});
    }
  }

  private async put(path: string, body: string | Uint8Array): Promise<void> {
    const response = await this.disk.fetch(url(path), { method: "PUT", body });
    if (!response.ok) throw new Error(`Writing ${path} failed with ${response.status}`);
  }

  private async json<Value>(path: string): Promise<Value | null> {
    const response = await this.disk.fetch(url(path));
    if (!response.ok) {
      await response.body?.cancel();
      return null;
    }
    return response.json<Value>();
  }
}

function partPath(key: string, number: number): string {
  return `${key}/part-${String(number).padStart(6, "0")}`;
}

function url(path: string): string {
  return `http://objects/${path}`;
}
