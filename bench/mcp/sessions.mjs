// 200 clients at once: opened, each with its stream, each calling tools, then one change that all are told, and then nothing at all.
import { setTimeout as sleep } from "node:timers/promises";
import { median } from "../load.mjs";
import { openOrganizations, processor_ms } from "../servers.mjs";
import { SESSIONS } from "./messages.mjs";
import { startSessionClients } from "./session_process.mjs";

export const CLIENTS = 200;
/** So many clients have one key. */
const CLIENTS_PER_KEY = 10;
const CALLS_EACH = 5;
const SETTLE_MS = 1_500;
/** Nobody is told of the same thing more than once a second. */
const BETWEEN_MS = 1_250;
const SLEEP_WAIT_MAX_S = 40;

export async function measureSessions({ servers, era, quick, say }) {
  say(`${CLIENTS} clients at once, ${era}`);
  const figures = Object.fromEntries(servers.map(({ name }) => [name, { opened_ms: [], called_ms: [], p99_ms: [] }]));
  for (let round = 0; round <= (quick ? 1 : 5); round++) {
    for (const server of servers) {
      await withClients(server, era, async (clients, { ms }) => {
        const called = await clients.call({ each: CALLS_EACH, params: { name: "products_get", arguments: { product_id: server.product_ids[0] } } });
        if (called.calls !== CLIENTS * CALLS_EACH) throw new Error(`${server.name}: ${called.calls} calls`);
        if (round === 0) return;
        figures[server.name].opened_ms.push(ms);
        figures[server.name].called_ms.push(called.ms);
        figures[server.name].p99_ms.push(called.p99_ms);
      });
    }
  }
  for (const of of Object.values(figures)) for (const key of Object.keys(of)) of[key] = median(of[key]);
  await tell({ servers, era, rounds: quick ? 5 : 15, figures });
  for (const server of servers) figures[server.name].idle = await idle(server, era, quick);
  say(`  ${JSON.stringify(figures)}`);
  return { era, clients: CLIENTS, calls_each: CALLS_EACH, figures };
}

/** The same change at each server in turn, while its clients are there. */
async function tell({ servers, era, rounds, figures }) {
  const [ours, other] = servers;
  await withClients(ours, era, (our_clients) =>
    withClients(other, era, async (other_clients) => {
      await sleep(SETTLE_MS);
      const taken = new Map(servers.map(({ name }) => [name, []]));
      for (let round = 0; round <= rounds; round++) {
        for (const [server, clients] of [
          [ours, our_clients],
          [other, other_clients],
        ]) {
          const told = await change(server, clients);
          if (round > 0) taken.get(server.name).push(told);
        }
        await sleep(BETWEEN_MS);
      }
      for (const [name, list] of taken)
        for (const key of ["answered_ms", "first_ms", "last_ms"]) figures[name][`told_${key}`] = median(list.map((told) => told[key]));
    }),
  );
}

/** Processor time under clients that do nothing, and for CROW whether the actor sleeps; then a change that wakes it. */
async function idle(server, era, quick) {
  return withClients(server, era, async (clients) => {
    await change(server, clients);
    let asleep_after_s = 0;
    if (server.name === "CROW") {
      if (openOrganizations(server.pid) === 0) throw new Error("The actor's database is not where it is looked for");
      while (openOrganizations(server.pid) > 0) {
        if (asleep_after_s++ >= SLEEP_WAIT_MAX_S) return { asleep_after_s: null };
        await sleep(1_000);
      }
    } else await sleep(SETTLE_MS);
    const watched_s = quick ? 10 : 60;
    const before = processor_ms(server.pid);
    await sleep(watched_s * 1_000);
    const processor_ms_per_minute = ((processor_ms(server.pid) - before) * 60) / watched_s;
    const still_asleep = server.name !== "CROW" || openOrganizations(server.pid) === 0;
    const { first_ms, last_ms, count } = await change(server, clients);
    return { asleep_after_s, still_asleep, watched_s, processor_ms_per_minute, first_ms, last_ms, count };
  });
}

let changes = 0;
/** One change; throws unless every client was told. */
async function change(server, clients) {
  const params = { name: "products_update", arguments: { product_id: server.product_ids[0], title: `Told ${changes++}` } };
  const told = await clients.change({ key: server.keys.at(-1), params });
  if (told.count !== CLIENTS) throw new Error(`${server.name} told ${told.count} of ${CLIENTS}`);
  return told;
}

/** A key for each client; several have the same. */
export function clientKeys({ keys }, clients) {
  return Array.from({ length: clients }, (_value, index) => keys[Math.floor(index / CLIENTS_PER_KEY)]);
}

async function withClients(server, era, use) {
  const clients = startSessionClients();
  try {
    const input = {
      origin: server.origin,
      keys: clientKeys(server, CLIENTS),
      uri: `crow://products/${server.product_ids[0]}`,
      sessions: era === SESSIONS,
    };
    const result = await use(clients, await clients.open(input));
    await clients.close();
    return result;
  } finally {
    clients.stop();
  }
}
