// One write and who was told of it.
import { products } from "../data.mjs";
import { INGEST } from "./documents.mjs";

export const SUBSCRIBERS = 1_000;

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
  return () => {
    const visit = { visitorId: `fan-out-${visits}`, sessionId: `fan-out-${visits++}` };
    const interactions = products.slice(0, events).map(({ external_id }) => ({ type: "view_item", ...visit, items: [{ externalId: external_id }] }));
    return JSON.stringify({ query: INGEST, variables: { input: { interactions } } });
  };
}
