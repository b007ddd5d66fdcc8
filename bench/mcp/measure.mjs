// CROW beside the SDK's own server for Node, with the same tools and products, in one interleaved run.
import { isDeepStrictEqual } from "node:util";
import { sideBySide } from "../side_by_side.mjs";
import { measureMemory } from "./memory.mjs";
import { ERAS, isError, request, SESSIONS, STATELESS } from "./messages.mjs";
import { measureProgress } from "./progress.mjs";
import { callTool, openSessions, startCrow, startSdk } from "./servers.mjs";
import { measureSessions } from "./sessions.mjs";
import { measureSize } from "./tools_size.mjs";

/** One key may ask for 600 lists a minute, which cost nothing: many take turns. */
const LISTERS = 200;
/** Calls are charged to one key, as in the other parts of the bench; in the older era it has so many sessions. */
const CALLERS = 32;

/** `pace` is that of the throughput measurements; each is made a second time over one connection, where an answer's own time shows. */
export async function measureMcp({ pace, quick, say }) {
  const servers = [];
  try {
    servers.push(await startCrow("mcp"));
    servers.push(await startSdk(servers[0]));
    for (const server of servers) await openClients(server);
    await requireSameAnswers(servers);
    const rows = [];
    for (const era of ERAS) for (const row of requestsOf(era)) rows.push(await throughput(servers, pace, say, era, row));
    const progress = [];
    for (const era of ERAS) progress.push(await measureProgress({ servers, era, rounds: quick ? 5 : 25, say }));
    const sessions = [];
    for (const era of ERAS) sessions.push(await measureSessions({ servers, era, quick, say }));
    const size = await measureSize(servers);
    return { rows, progress, sessions, size, memory: await measureMemory({ quick, say }) };
  } finally {
    for (const server of servers) server.stop();
  }
}

/** Who lists and who calls, in either era. */
async function openClients(server) {
  const keys = server.keys.slice(0, LISTERS);
  const callers = Array.from({ length: CALLERS }, () => server.keys[0]);
  const withoutSession = (key) => ({ key });
  server.clients = {
    [STATELESS]: { listers: keys.map(withoutSession), callers: callers.map(withoutSession) },
    [SESSIONS]: { listers: await openSessions(server, keys), callers: await openSessions(server, callers) },
  };
  server.turn = 0;
}

/** A comparison of different answers says nothing. */
async function requireSameAnswers(servers) {
  for (const era of ERAS) {
    const asked = (server) => callTool(server, server.clients[era].callers[0], "products_get", { product_id: server.product_ids[0] });
    const [ours, other] = await Promise.all(servers.map(asked));
    if (!isDeepStrictEqual(ours.structuredContent, other.structuredContent) || !isDeepStrictEqual(ours.content, other.content))
      throw new Error(`The servers differ: ${JSON.stringify([ours, other])}`);
  }
}

function requestsOf(era) {
  const next = (server, clients) => clients[server.turn++ % clients.length];
  const product_id = (server) => server.product_ids[server.turn % server.product_ids.length];
  const call = (name, input) => (server) =>
    request(next(server, server.clients[era].callers), "tools/call", { name, arguments: input(product_id(server)) });
  let written = 0;
  return [
    { name: "tools/list", make: (server) => request(next(server, server.clients[era].listers), "tools/list") },
    { name: "tools/call, a product", make: call("products_get", (id) => ({ product_id: id })) },
    { name: "tools/call, a change of a product", make: call("products_update", (id) => ({ product_id: id, title: `Mug ${written++}` })) },
  ];
}

async function throughput(servers, pace, say, era, { name, make }) {
  say(`${name}, ${era}`);
  const row = await sideBySide(`${name}, ${era}`, servers, pace, make, isError);
  say(`  CROW ${row.ours}/s, SDK ${row.other}/s; alone ${row.ours_alone_ms} and ${row.other_alone_ms} ms`);
  return row;
}
