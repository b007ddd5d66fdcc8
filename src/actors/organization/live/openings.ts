import type { Failure } from "../../../domain/errors.ts";
import type { Grant } from "../../core/engine.ts";
import { refuseReader } from "./judge.ts";
import type { LiveRegistry } from "./live_registry.ts";

const SOCKETS_MAX = 10_000;
const BUCKET_SOCKETS_MAX = 2_000;

/** Why no further socket is opened for a reader; null while there is room. */
export function refuseOpening({ size, counts }: LiveRegistry, grant: Grant): Failure | null {
  const refused = refuseReader(grant);
  if (refused) return refused;
  if (size >= SOCKETS_MAX) return full("The organization", SOCKETS_MAX);
  const bucket = grant.bucket_id ?? grant.principal.id;
  return counts.socketsOf(bucket) >= BUCKET_SOCKETS_MAX ? full("This credential", BUCKET_SOCKETS_MAX) : null;
}

function full(whose: string, limit: number): Failure {
  return { code: "UNAVAILABLE", message: `${whose} has ${limit} live connections, the most it can; close some`, details: { limit } };
}
