// A process of its own that holds the subscribers and makes the writes, so that both ends of a measurement read one clock and the servers share no event loop with it.
// Told by messages: {open}, {write}, {close}. A delivery is counted by its bytes; nothing is parsed while the clock runs.
import { Pool } from "undici";
import { WebSocket } from "ws";
import { serveCommands } from "../command_process.mjs";

const SETUP_AT_ONCE = 50;
const DELIVERY_WAIT_MS = 30_000;
const NEXT = Buffer.from('"next"');

let sockets = [];
let pool;
let told = { first_ms: 0, last_ms: 0, count: 0, sample: null, expected: Infinity, done: () => {} };

serveCommands({ open, write, close });

/** One socket, one subscription for each of `variables`. */
async function open({ origin, path, key, query, variables }) {
  pool = new Pool(origin, { connections: 1 });
  const url = origin.replace("http", "ws") + path;
  const queue = [...variables];
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) sockets.push(await subscribe(url, key, query, next));
  };
  await Promise.all(Array.from({ length: SETUP_AT_ONCE }, worker));
  return { open: sockets.length };
}

async function subscribe(url, key, query, variables) {
  const socket = new WebSocket(url, "graphql-transport-ws", { perMessageDeflate: false, skipUTF8Validation: true });
  await new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.once("close", (code, reason) => reject(new Error(`closed with ${code} ${reason}`)));
    socket.once("open", () => socket.send(JSON.stringify({ type: "connection_init", payload: { Authorization: `Bearer ${key}` } })));
    socket.once("message", (text) => (String(text).includes("connection_ack") ? resolve() : reject(new Error(String(text)))));
  });
  socket.removeAllListeners("close");
  socket.on("close", (code, reason) => console.error(`A subscriber was closed with ${code} ${reason}`));
  socket.on("message", onMessage);
  socket.send(JSON.stringify({ id: "1", type: "subscribe", payload: { query, variables } }));
  return socket;
}

function onMessage(data) {
  if (!data.includes(NEXT)) {
    const { type } = JSON.parse(String(data));
    if (type === "ping") this.send('{"type":"pong"}');
    else if (type !== "pong") console.error(`A subscriber was told ${String(data).slice(0, 300)}`);
    return;
  }
  const now = performance.now();
  if (told.count === 0) told.first_ms = now;
  told.last_ms = now;
  told.sample = data;
  if (++told.count === told.expected) told.done();
}

/** Sends one write and waits until `expected` deliveries have come; times in ms since it was begun. */
async function write({ path, headers, body, expected }) {
  const { promise, resolve } = Promise.withResolvers();
  told = { first_ms: 0, last_ms: 0, count: 0, sample: null, expected, done: resolve };
  const timeout = setTimeout(resolve, DELIVERY_WAIT_MS);
  const started = performance.now();
  const answer = await pool.request({ method: "POST", path, headers: { ...headers, "content-type": "application/json" }, body });
  const text = await answer.body.text();
  const answered_ms = performance.now() - started;
  await promise;
  clearTimeout(timeout);
  const { count, first_ms, last_ms, sample } = told;
  return {
    answered_ms,
    answer: text,
    count,
    first_ms: first_ms - started,
    last_ms: last_ms - started,
    sample: String(sample),
  };
}

async function close() {
  const closing = sockets.map((socket) => {
    socket.removeAllListeners("close");
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.close();
    return closed;
  });
  await Promise.all(closing);
  sockets = [];
  await pool.close();
  return {};
}
