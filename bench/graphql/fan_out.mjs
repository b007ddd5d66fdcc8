// One write, a thousand subscribers: when has the first, when the last of them been told, and how often was the answer computed?
import { setTimeout as sleep } from "node:timers/promises";
import { median } from "../load.mjs";
import { deliver, SUBSCRIBERS, writeOf } from "./deliveries.mjs";
import { FOLLOW } from "./documents.mjs";
import { measureSleep } from "./sleep.mjs";
import { startSocketFloor } from "./servers.mjs";
import { startSubscribers } from "./subscriber_process.mjs";

const FILTERS = 10;
const SETTLE_MS = 1_500;
const BETWEEN_MS = 250;

export async function measureFanOut({ pair, rounds, say }) {
  const floor = await startSocketFloor();
  const [ours] = pair;
  try {
    const servers = [...pair, floor];
    say(`fan-out to ${SUBSCRIBERS} subscribers`);
    const same = await withSubscribers(
      servers,
      () => [{}],
      (held) => writes(held, rounds, 1),
    );
    say(`fan-out to ${SUBSCRIBERS} subscribers with ${FILTERS} filters`);
    const filters = (server) => server.product_ids.slice(0, FILTERS).map((productId) => ({ filter: { productId } }));
    const filtered = await withSubscribers(pair, filters, (held) => writes(held, rounds, FILTERS));
    say(`a sleeping actor under ${SUBSCRIBERS} subscribers`);
    const asleep = await withSubscribers(
      [ours],
      () => [{}],
      ([held]) => measureSleep(held, writeOf(1), SUBSCRIBERS),
    );
    return { fan_out: [toRow("one document", same), toRow(`${FILTERS} filters, an event for each`, filtered)], sleep: asleep };
  } finally {
    floor.stop();
  }
}

/** Runs `use` while each server has its subscribers, with `variablesOf(server)` dealt out among them, in a process of their own. */
async function withSubscribers(servers, variablesOf, use) {
  const held = servers.map((server) => ({ server, subscribers: startSubscribers() }));
  try {
    for (const { server, subscribers } of held) {
      const variables = variablesOf(server);
      const input = { origin: server.origin, path: "/graphql", key: server.key, query: FOLLOW };
      await subscribers.open({ ...input, variables: Array.from({ length: SUBSCRIBERS }, (_value, index) => variables[index % variables.length]) });
    }
    await sleep(SETTLE_MS);
    const result = await use(held);
    for (const { subscribers } of held) await subscribers.close();
    return result;
  } finally {
    for (const { subscribers } of held) subscribers.stop();
  }
}

/** The same write to each server in turn, `rounds` times after one to warm up. */
async function writes(held, rounds, events) {
  const taken = new Map(held.map(({ server }) => [server.name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const { server, subscribers } of held) {
      const before = await executionsOf(server);
      const told = await deliver(server, subscribers, writeOf(events)(server));
      if (round > 0) taken.get(server.name).push({ ...told, executions: (await executionsOf(server)) - before });
      await sleep(BETWEEN_MS);
    }
  }
  return taken;
}

async function executionsOf(server) {
  if (server.name !== "Mercurius") return Number.NaN;
  const response = await fetch(`${server.origin}/executions`, { headers: { Authorization: `Bearer ${server.key}` } });
  return (await response.json()).executions;
}

function toRow(name, taken) {
  const figures = Object.fromEntries(
    [...taken].map(([server, list]) => {
      const of = (key) => median(list.map((told) => told[key]));
      const figure = { first_ms: of("first_ms"), last_ms: of("last_ms"), answered_ms: of("answered_ms"), executions: of("executions") };
      return [server, figure];
    }),
  );
  return { name, ratio: (figures.Mercurius.last_ms / figures.CROW.last_ms).toFixed(2), figures };
}
