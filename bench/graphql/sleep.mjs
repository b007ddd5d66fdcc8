// Whether the organization's actor sleeps under its subscribers, seen from outside: workerd ends an actor that has had nothing to do for ten seconds, and with it goes
// its open database. While one is awake its file is open, which /proc tells.
import { setTimeout as sleep } from "node:timers/promises";
import { openOrganizations } from "../servers.mjs";
import { deliver, writeOf } from "./deliveries.mjs";

const WAIT_MAX_S = 40;

export async function measureSleep({ server, subscribers }) {
  const awake_told = await deliver(server, subscribers, writeOf(1));
  if (openOrganizations(server.pid) === 0) throw new Error("The actor's database is not where it is looked for");
  let asleep_after_s = 0;
  while (openOrganizations(server.pid) > 0) {
    if (asleep_after_s++ >= WAIT_MAX_S) return { asleep_after_s: null };
    await sleep(1_000);
  }
  const told = await deliver(server, subscribers, writeOf(1));
  return {
    asleep_after_s,
    awake_last_ms: awake_told.last_ms,
    woken_first_ms: told.first_ms,
    woken_last_ms: told.last_ms,
    told: told.count,
  };
}
