import type { Failure } from "../../../domain/errors.ts";
import type { LiveOpening } from "../../../domain/live.ts";
import type { Grant } from "../../core/engine.ts";
import type { TestKeyDescription } from "../../rpc.ts";

/** For so long a sandbox believes what the live actor said of a reader before it asks again. */
const BELIEVED_MS = 60_000;

/** What the live actor said of a sandbox's reader. */
export interface Said {
  grant: Grant;
  expires_at_ms: number | null;
  at_ms: number;
}

/** Asks the live actor about a sandbox's reader. */
export type AskLiveActor = (reader: Pick<LiveOpening, "credential" | "ip" | "origin">) => Promise<TestKeyDescription>;

export function toSaid({ grant, expires_at_ms }: TestKeyDescription): Said | { failure: Failure } {
  return "failure" in grant ? grant : { grant, expires_at_ms, at_ms: Date.now() };
}

/** From when on it is asked again before anything is told; never where this actor decides itself. */
export function believedUntil(said: Said | null): number {
  return said === null ? Infinity : said.at_ms + BELIEVED_MS;
}
