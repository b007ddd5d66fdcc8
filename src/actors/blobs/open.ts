import type { BlobStore } from "./blob_store.ts";
import { DiskBlobStore } from "./disk_store.ts";
import { R2BlobStore } from "./r2_store.ts";

/** The deployment's store: the bucket on the network, the disk service on one machine. */
export function openBlobStore(env: Env): BlobStore {
  if (env.EXPORTS) return new R2BlobStore(env.EXPORTS);
  if (env.OBJECTS) return new DiskBlobStore(env.OBJECTS);
  throw new Error("Neither EXPORTS (R2) nor OBJECTS (disk) is bound");
}

/** The key of an export's file. `owner` is the actor's name, so that live and sandbox files lie apart. */
export function exportKey(owner: string, export_id: string): string {
  return `${owner}/exports/${export_id}`;
}
