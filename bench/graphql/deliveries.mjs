// One write and who was told of it.
import { setTimeout as sleep } from "node:timers/promises";
import { products } from "../data.mjs";
import { FOLLOW, INGEST } from "./documents.mjs";
import { startSubscribers } from "./subscriber_process.mjs";

export const SUBSCRIBERS = 1_000;
const SETTLE_MS = 1_500;

/** Runs `use` while each server has its subscribers, with `variablesOf(server)` dealt out among them, in a process of their own. */
export async function withSubscribers(servers, variablesOf, use) {
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

/** One write; throws unless every subscriber was told. */
export async function deliver(server, subscribers, body) {
  const told = await subscribers.write({ path: "/graphql", headers: { authorization: `Bearer ${server.key}` }, body, expected: SUBSCRIBERS });
  if (told.count !== SUBSCRIBERS || told.sample.includes('"errors"'))
    throw new Error(`${server.name} told ${told.count} of ${SUBSCRIBERS}: ${told.sample.slice(0, 300)}; the write: ${told.answer.slice(0, 300)}`);
  return told;
}

let visits = 0;
/** A mutation with one view of each of the first `events` products. */
export function writeOf(events) {
  const visit = { visitorId: `fan-out-${visits}`, sessionId: `fan-out-${visits++}` };
  const interactions = products.slice(0, events).map(({ external_id }) => ({ type: "view_item", ...visit, items: [{ externalId: external_id }] }));
  return JSON.stringify({ query: INGEST, variables: { input: { interactions } } });
}
