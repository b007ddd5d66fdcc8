import type { Failure } from "../../domain/errors.ts";
import { toSaid, type AskLiveActor, type Said } from "./live/said.ts";
import type { Reader } from "./socket_judge.ts";

/** How many readers of a sandbox the live actor is asked about at a time. */
const ASKED_AT_ONCE = 20;

/** Asks a sandbox's live actor about the readers of these sockets, each reader once. `told` gets what it said; null where it cannot answer. Never throws. */
export async function askAboutReaders<Socket extends { opening: Reader }>(
  sockets: readonly Socket[],
  ask: AskLiveActor,
  told: (socket: Socket, said: Said | { failure: Failure } | null) => void,
): Promise<void> {
  const readers = Map.groupBy(sockets, ({ opening: { credential, ip, origin } }) => JSON.stringify([credential, ip, origin]));
  const waiting = [...readers.values()];
  while (waiting.length > 0) {
    const asked = waiting.splice(0, ASKED_AT_ONCE).map(async (same) => {
      const said = await ask(same[0]!.opening).then(toSaid, () => null);
      for (const socket of same) told(socket, said);
    });
    await Promise.all(asked);
  }
}
