// A process of its own that holds the clients, each with its session and stream, and makes the change that all are told, so that both ends of a measurement read one clock and the servers
// share no event loop with it. Told by messages: {open}, {call}, {change}, {close}. What is told is counted by its bytes; nothing is parsed while the clock runs.
import { Agent, request as httpRequest } from "node:http";
import { Pool } from "undici";
import { serveCommands } from "../command_process.mjs";
import { endOfSession, initialize, isError, notification, request, sessionStream } from "./messages.mjs";

const TOLD = Buffer.from("notifications/resources/updated");
const TOLD_WAIT_MS = 30_000;

let pool;
let clients = [];
const streams = new Agent({ keepAlive: false });
let told = { count: 0, expected: Infinity, first_ms: 0, last_ms: 0, done: () => {} };

serveCommands({ open, call, change, close });

/** A client for each of `keys`, all at once: a session that follows `uri` and has its stream, or a stateless listener. */
async function open({ origin, keys, uri, sessions }) {
  pool = new Pool(origin, { connections: keys.length, pipelining: 1 });
  const started = performance.now();
  const opened = await Promise.all(keys.map((key) => (sessions ? openSession(origin, key, uri) : openListener(origin, key, uri))));
  clients.push(...opened);
  return { ms: performance.now() - started };
}

async function openSession(origin, key, uri) {
  const answer = await send(initialize(key));
  const client = { key, session_id: answer.headers["mcp-session-id"] };
  await send(notification(client, "notifications/initialized"));
  await send(request(client, "resources/subscribe", { uri }));
  return { ...client, stream: await openStream(origin, sessionStream(client), null) };
}

async function openListener(origin, key, uri) {
  const listen = request({ key }, "subscriptions/listen", { notifications: { resourceSubscriptions: [uri] } });
  return { key, stream: await openStream(origin, listen, "notifications/subscriptions/acknowledged") };
}

/** Resolves once the stream is open, and has said `first` where it is to say something. */
function openStream(origin, { method, path, headers, body }, first) {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(origin + path, { method, headers, agent: streams }, (response) => {
      if (response.statusCode !== 200) return reject(new Error(`A stream was answered ${response.statusCode}`));
      if (first === null) resolve(sent);
      let said = first === null;
      response.on("data", (chunk) => {
        if (said) return onChunk(chunk);
        said = chunk.includes(first);
        if (said) resolve(sent);
      });
      response.on("end", () => console.error("A stream was ended"));
    });
    sent.on("error", (error) => (sent.closing ? undefined : reject(error)));
    sent.end(body);
  });
}

function onChunk(chunk) {
  for (let at = chunk.indexOf(TOLD); at !== -1; at = chunk.indexOf(TOLD, at + TOLD.length)) {
    told.last_ms = performance.now();
    if (told.count === 0) told.first_ms = told.last_ms;
    if (++told.count === told.expected) told.done();
  }
}

/** Every client calls a tool `each` times, one call after the other, all of them at once. */
async function call({ each, params }) {
  const latencies = [];
  const started = performance.now();
  await Promise.all(
    clients.map(async (client) => {
      for (let n = 0; n < each; n++) {
        const sent_at = performance.now();
        const { text } = await send(request(client, "tools/call", params));
        if (isError(text)) throw new Error(text.slice(0, 500));
        latencies.push(performance.now() - sent_at);
      }
    }),
  );
  const ms = performance.now() - started;
  latencies.sort((a, b) => a - b);
  return { calls: latencies.length, ms, p99_ms: latencies[Math.floor(latencies.length * 0.99)] };
}

/** Makes the change by another client and waits until every stream has been told of it; times in ms since it was begun. */
async function change({ key, params }) {
  const { promise, resolve } = Promise.withResolvers();
  told = { count: 0, expected: clients.length, first_ms: 0, last_ms: 0, done: resolve };
  const timeout = setTimeout(resolve, TOLD_WAIT_MS);
  const started = performance.now();
  const { text } = await send(request({ key }, "tools/call", params));
  const answered_ms = performance.now() - started;
  if (isError(text)) throw new Error(text.slice(0, 500));
  await promise;
  clearTimeout(timeout);
  return { answered_ms, count: told.count, first_ms: told.first_ms - started, last_ms: told.last_ms - started };
}

async function close() {
  for (const { stream } of clients) {
    stream.closing = true;
    stream.destroy();
  }
  for (const client of clients) if (client.session_id) await send(endOfSession(client));
  clients = [];
  await pool.close();
  return {};
}

async function send({ method, path, headers, body }) {
  const answer = await pool.request({ method, path, headers, body });
  const text = await answer.body.text();
  if (answer.statusCode >= 300) throw new Error(`${method} ${path} answered ${answer.statusCode}: ${text.slice(0, 500)}`);
  return { headers: answer.headers, text };
}
