// CROW beside Mercurius on the same data in one interleaved run.
import { startOurs } from "../servers.mjs";
import { sideBySide } from "../side_by_side.mjs";
import { requireSameAnswers } from "./answers.mjs";
import { DASHBOARD, PRODUCTS, RANGE, SMALL, TILE } from "./documents.mjs";
import { measureFanOut } from "./fan_out.mjs";
import { measureMemory } from "./memory.mjs";
import { ask, crowTarget, seedInteractions, seedProducts, startMercurius } from "./servers.mjs";

const FEW_ROWS = 10_000;
const MANY_ROWS = 100_000;
const BATCH = 10;

/** `pace` is that of the throughput measurements; each is made a second time over one connection, where an answer's own time shows. */
export async function measureGraphql({ pace, quick, say }) {
  const crow = await startOurs();
  const peers = [];
  try {
    const few = await pairOf(crow, peers, FEW_ROWS, say);
    const pair = quick ? few : await pairOf(crow, peers, MANY_ROWS, say);
    const rows = [];
    const compare = async (name, targets, connections, body) => {
      say(name);
      const request = (server) => ({ method: "POST", path: "/graphql", body: JSON.stringify(body(server)) });
      rows.push(await sideBySide(name, targets, { ...pace, connections }, request, isError));
    };
    const id = inTurn();
    const tile = (server) => ({ query: TILE, variables: { id: id(server), range: RANGE } });
    await compare("a small field", pair, pace.connections, (server) => ({ query: SMALL, variables: { id: id(server) } }));
    await compare("products page, 161 look-ups", pair, 8, () => ({ query: PRODUCTS, variables: { range: RANGE } }));
    await compare(`dashboard, ${FEW_ROWS.toLocaleString("en")} interactions`, few, 8, () => ({ query: DASHBOARD, variables: { range: RANGE } }));
    if (!quick)
      await compare(`dashboard, ${MANY_ROWS.toLocaleString("en")} interactions`, pair, 8, () => ({ query: DASHBOARD, variables: { range: RANGE } }));
    await compare("a batch of 10 operations", pair, 8, (server) => Array.from({ length: BATCH }, () => tile(server)));
    const { fan_out, sleep } = await measureFanOut({ pair: few, rounds: quick ? 5 : 25, say });
    const memory = await measureMemory({ quick, say });
    return { rows, fan_out, sleep, memory };
  } finally {
    for (const server of [crow, ...peers]) server.stop();
  }
}

/** An organization of CROW and a peer with a database of its own, both with the same `rows` interactions and proven to answer alike. */
async function pairOf(crow, peers, rows, say) {
  say(`filling both with ${rows.toLocaleString("en")} interactions`);
  const peer = await startMercurius(`mercurius-${rows}`);
  peers.push(peer);
  const pair = [await crowTarget(crow, `GraphQL ${rows}`), peer];
  for (const server of pair) {
    await seedProducts(server);
    await seedInteractions(server, 0, rows, rows);
  }
  requireSameAnswers(await Promise.all(pair.map((server) => ask(server, DASHBOARD, { range: RANGE }))));
  return pair;
}

/** GraphQL's errors come with status 200. */
function isError(text) {
  return text.includes('"errors":');
}

/** The products of a server, one after the other. */
function inTurn() {
  const next = new Map();
  return (server) => {
    const index = next.get(server) ?? 0;
    next.set(server, index + 1);
    return server.product_ids[index % server.product_ids.length];
  };
}
