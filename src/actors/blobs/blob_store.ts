/** A finished part of an upload, as the store wants it back to complete the object. */
export interface BlobPart {
  number: number;
  etag: string;
  bytes: number;
}

export interface BlobInfo {
  bytes: number;
  content_type: string;
  filename: string;
}

/** Bytes `offset` to `offset + length` of an object. */
export interface ByteRange {
  offset: number;
  length: number;
}

/**
 * Where export files live. Uploads come in parts of PART_BYTES (the last may be smaller) and can go on in another process: everything needed
 * is the key, the upload's id and the parts so far. An object exists only once it is complete.
 */
export interface BlobStore {
  /** Begins an upload and returns its id. */
  create(key: string, info: Omit<BlobInfo, "bytes">): Promise<string>;
  uploadPart(key: string, upload_id: string, number: number, bytes: Uint8Array): Promise<BlobPart>;
  complete(key: string, upload_id: string, parts: readonly BlobPart[]): Promise<void>;
  /** Drops an upload and its parts; an upload that is unknown or complete is left alone. */
  abort(key: string, upload_id: string): Promise<void>;
  head(key: string): Promise<BlobInfo | null>;
  read(key: string, range?: ByteRange): Promise<ReadableStream<Uint8Array> | null>;
  delete(key: string): Promise<void>;
  /** Deletes every object whose key starts with this folder (ending in "/"). Unfinished uploads are aborted one by one before. */
  deleteFolder(folder: string): Promise<void>;
}

/** R2 wants at least 5 MiB and equal parts. */
export const PART_BYTES = 8 * 1_048_576;
