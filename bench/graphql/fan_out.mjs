// One write, a thousand subscribers: when has the first, when the last of them been told, and how often was the answer computed?
import { setTimeout as sleep } from "node:timers/promises";
import { median } from "../load.mjs";
import { deliver, SUBSCRIBERS, withSubscribers, writeOf } from "./deliveries.mjs";
import { countExecutions } from "./executions.mjs";
import { startSocketFloor } from "./servers.mjs";
import { measureSleep } from "./sleep.mjs";

const BETWEEN_MS = 250;
const FILTERS = 10;
const SAME = { name: "one document", events: 1, variablesOf: () => [{}] };
/** As many pages follow one product each; the write has an event for each of them. */
const FILTERED = {
  name: `${FILTERS} filters, an event for each`,
  events: FILTERS,
  variablesOf: (server) => server.product_ids.slice(0, FILTERS).map((productId) => ({ filter: { productId } })),
};

export async function measureFanOut({ pair, rounds, say }) {
  const floor = await startSocketFloor();
  try {
    const taken = [];
    for (const { name, events, variablesOf } of [SAME, FILTERED]) {
      say(`fan-out to ${SUBSCRIBERS} subscribers: ${name}`);
      const servers = events === 1 ? [...pair, floor] : pair;
      taken.push(await withSubscribers(servers, variablesOf, (held) => writes(held, rounds, events)));
    }
    const counts = await countExecutions([SAME, FILTERED]);
    say(`a sleeping actor under ${SUBSCRIBERS} subscribers`);
    const asleep = await withSubscribers([pair[0]], SAME.variablesOf, ([held]) => measureSleep(held));
    return { fan_out: [SAME, FILTERED].map(({ name }, index) => toRow(name, taken[index], counts[index])), sleep: asleep };
  } finally {
    floor.stop();
  }
}

/** The same write to each server in turn, `rounds` times after one to warm up. */
async function writes(held, rounds, events) {
  const taken = new Map(held.map(({ server }) => [server.name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const { server, subscribers } of held) {
      const before = await executionsOf(server);
      const told = await deliver(server, subscribers, writeOf(events));
      if (round > 0) taken.get(server.name).push({ ...told, executions: (await executionsOf(server)) - before });
      await sleep(BETWEEN_MS);
    }
  }
  return taken;
}

async function executionsOf(server) {
  if (server.name !== "Mercurius") return 0;
  const response = await fetch(`${server.origin}/executions`, { headers: { Authorization: `Bearer ${server.key}` } });
  return (await response.json()).executions;
}

function toRow(name, taken, executions) {
  const figures = Object.fromEntries(
    [...taken].map(([server, list]) => {
      const of = (key) => median(list.map((told) => told[key]));
      const counted = server === "CROW" ? executions : of("executions");
      return [server, { first_ms: of("first_ms"), last_ms: of("last_ms"), answered_ms: of("answered_ms"), executions: counted }];
    }),
  );
  return { name, ratio: (figures.Mercurius.last_ms / figures.CROW.last_ms).toFixed(2), figures };
}
