import type { BlobInfo, BlobPart, BlobStore, ByteRange } from "./blob_store.ts";

/** Export files in an R2 bucket, by its multipart uploads. */
export class R2BlobStore implements BlobStore {
  constructor(private readonly bucket: R2Bucket) {}

  async create(key: string, info: Omit<BlobInfo, "bytes">): Promise<string> {
    const upload = await this.bucket.createMultipartUpload(key, {
      httpMetadata: { contentType: info.content_type },
      customMetadata: { filename: info.filename },
    });
    return upload.uploadId;
  }

  async uploadPart(key: string, upload_id: string, number: number, bytes: Uint8Array): Promise<BlobPart> {
    const part = await this.bucket.resumeMultipartUpload(key, upload_id).uploadPart(number, bytes);
    return { number, etag: part.etag, bytes: bytes.byteLength };
  }

  async complete(key: string, upload_id: string, parts: readonly BlobPart[]): Promise<void> {
    // A crash after completing leaves the checkpoint before it: the object is there and the upload is not.
    if (await this.bucket.head(key)) return;
    await this.bucket.resumeMultipartUpload(key, upload_id).complete(parts.map(({ number, etag }) => ({ partNumber: number, etag })));
  }

  async abort(key: string, upload_id: string): Promise<void> {
    try {
      await this.bucket.resumeMultipartUpload(key, upload_id).abort();
    } catch {
      // Completed or aborted before: nothing is left to drop.
    }
  }

  async head(key: string): Promise<BlobInfo | null> {
    const object = await this.bucket.head(key);
    if (!object) return null;
    return {
      bytes: object.size,
      content_type: object.httpMetadata?.contentType ?? "application/octet-stream",
      filename: object.customMetadata?.filename ?? "export",
    };
  }

  async read(key: string, range?: ByteRange): Promise<ReadableStream<Uint8Array> | null> {
    const object = await this.bucket.get(key, range ? { range } : {});
    return object?.body ?? null;
  }

  async delete(key: string): Promise<void> {
    await this.bucket.delete(key);
  }

  async deleteFolder(folder: string): Promise<void> {
    for (;;) {
      const page = await this.bucket.list({ prefix: folder, limit: 1_000 });
      if (page.objects.length === 0) return;
      await this.bucket.delete(page.objects.map(({ key }) => key));
    }
  }
}
