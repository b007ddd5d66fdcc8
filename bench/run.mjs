// npm run bench [-- oauth | graphql | mcp] [-- --quick]: everything, or one part only, side by side in one run; prints tables and writes them into bench/README.md.
import { execFileSync } from "node:child_process";
import { existsSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

const here = import.meta.dirname;
if (!["mercurius", "@modelcontextprotocol/node"].every((name) => existsSync(join(here, "node_modules", name)))) {
  console.log("Installing what CROW is measured beside …");
  execFileSync("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: here, stdio: "inherit" });
}
const { load, measure, median } = await import("./load.mjs");
const { batchBody, interactionAt, products } = await import("./data.mjs");
const { measureGraphql } = await import("./graphql/measure.mjs");
const { measureMcp } = await import("./mcp/measure.mjs");
const { measureOAuth } = await import("./oauth.mjs");
const { report } = await import("./report.mjs");
const { memory_mb, startFloor, startOurs, startPlain, workspace } = await import("./servers.mjs");

const quick = process.argv.includes("--quick");
const wanted = (part) => !["oauth", "graphql", "mcp"].some((name) => name !== part && process.argv.includes(name));
const ROWS = quick ? 100_000 : 1_000_000;
const SECONDS = quick ? 1.5 : 3;
const ROUNDS = quick ? 2 : 3;
const CONNECTIONS = 32;
const PACE = { connections: CONNECTIONS, rounds: ROUNDS, seconds: SECONDS };
/** Many short rounds, because each of these measurements is about a ratio between neighbours. */
const SHORT_PACE = { connections: CONNECTIONS, rounds: quick ? 3 : 11, seconds: 1 };
const say = (text) => console.log(`${new Date().toISOString().slice(11, 19)} ${text}`);

const parts = {};
let servers, ours, full, normal, floor, api_key;
const table = [];

try {
  if (wanted("oauth") || wanted("all")) await measureRest();
  if (wanted("graphql")) parts.graphql = await measureGraphql({ pace: SHORT_PACE, quick, say });
  if (wanted("mcp")) parts.mcp = await measureMcp({ pace: SHORT_PACE, quick, say });
} finally {
  rmSync(workspace, { recursive: true, force: true });
}
report(parts, { quick, rows: ROWS, pace: PACE, short_pace: SHORT_PACE });

async function measureRest() {
  ours = await startOurs();
  full = await startPlain("FULL", ours.origin);
  normal = await startPlain("NORMAL", ours.origin);
  floor = await startFloor();
  servers = [ours, full, normal];
  ({ api_key } = await ours.organization("Bench"));
  ours.key = api_key;
  ours.base = "/api/v2";
  full.base = normal.base = "";
  try {
    parts.oauth = await measureOAuth({ ours, plain: full, pace: SHORT_PACE, say });
    if (!wanted("all")) return;
    await measureAll();
    parts.table = table;
  } finally {
    for (const server of [...servers, floor]) server.stop();
  }
}

async function measureAll() {
  const productIds = await seedProducts();
  const one = (server) => ({ method: "GET", path: `${server.base}/products/${productIds.get(server)}` });
  await compare("read one product", one);
  await floorRatio(one);
  await compare("list 50 products", (server) => ({ method: "GET", path: `${server.base}/products?limit=50` }));
  let made = 0;
  await compare("create one product", (server) => ({
    method: "POST",
    path: `${server.base}/products`,
    body: JSON.stringify({ title: "Mug", external_id: `new-${made++}`, price: { amount: 799, currency: "USD" } }),
  }));
  await small();
  await fill();
  await ingest(100, 8);
  await ingest(1_000, 4);
  await insights(ROWS, "insights over a month, ");
  await isolation();
  await exportAll();
}

async function seedProducts() {
  const ids = new Map();
  for (const server of servers) {
    for (const product of products.slice(0, 100)) {
      const body = {
        title: product.title,
        external_id: product.external_id,
        price: { amount: Math.round(Number(product.price) * 100), currency: "USD" },
      };
      const response = await fetch(`${server.origin}${server.base}/products`, {
        method: "POST",
        headers: { Authorization: `Bearer ${server.key}`, "Content-Type": "application/json" },
        body: JSON.stringify(body),
      });
      ids.set(server, (await response.json()).id);
    }
  }
  return ids;
}

async function compare(name, request, connections = CONNECTIONS, unit = 1) {
  say(name);
  const results = await measure(servers, request, { ...PACE, connections });
  const figure = (server) => Math.round(results.get(server).per_s * unit);
  add(name, `${figure(ours)}/s`, `${figure(full)}/s`, `${figure(normal)}/s`, figure(ours) / figure(full));
  return results;
}

function add(name, a, b, c, ratio) {
  table.push({ name, ours: a, full: b, normal: c, ratio: ratio === null ? "" : ratio.toFixed(2) });
  say(`  ours ${a}, plain FULL ${b}, plain NORMAL ${c}${ratio === null ? "" : `, ratio ${ratio.toFixed(2)}`}`);
}

async function floorRatio(one) {
  say("read one product, beside the floor");
  const results = await measure([ours, floor], (server) => (server === floor ? { method: "GET", path: "/products/one" } : one(server)), PACE);
  const [a, b] = [results.get(ours).per_s, results.get(floor).per_s];
  add("read one ÷ bare workerd (hop + read)", `${Math.round(a)}/s`, `${Math.round(b)}/s (floor)`, "", a / b);
}

/** Fills every server up to ROWS interactions; what is timed here is the ingest of 1,000 a request from one connection. */
async function fill() {
  for (const server of servers) {
    let batch = 10;
    say(`filling ${server.name} to ${ROWS.toLocaleString("en")} interactions`);
    const started = performance.now();
    while (batch * 1_000 < ROWS) {
      await send(server, batchBody(batch++, 1_000, { total: ROWS, minor: true }));
      if ((batch * 1_000) % (ROWS / 10) === 0) say(`  ${((batch * 100_000) / ROWS).toFixed(0)} %`);
    }
    server.fill_s = (performance.now() - started) / 1_000;
  }
  const rate = (server) => Math.round((ROWS - 10_000) / server.fill_s);
  add("fill, 1,000 a request, one connection", `${rate(ours)} rows/s`, `${rate(full)} rows/s`, `${rate(normal)} rows/s`, rate(ours) / rate(full));
}

async function send(server, body) {
  const response = await fetch(`${server.origin}${server.base}/interactions`, {
    method: "POST",
    headers: { Authorization: `Bearer ${server.key}`, "Content-Type": "application/json" },
    body,
  });
  const reply = await response.json();
  if (response.status !== 201) throw new Error(`${server.name}: ${response.status} ${JSON.stringify(reply).slice(0, 300)}`);
}

/** The same questions at 10 thousand rows, to show that their cost does not grow with the rows. */
async function small() {
  for (const server of servers) for (let batch = 0; batch < 10; batch++) await send(server, batchBody(batch, 1_000, { total: ROWS, minor: true }));
  await insights(10_000, "insights over a month, ");
}

async function ingest(size, connections) {
  let batch = 10_000_000 / size;
  const bodies = new Map(servers.map((server) => [server, []]));
  // Bodies are made before they are timed.
  for (const server of servers)
    for (let index = 0; index < (ROUNDS + 1) * SECONDS * (20_000 / size); index++)
      bodies.get(server).push(batchBody(batch++, size, { total: ROWS, minor: true }));
  const next = new Map(servers.map((server) => [server, 0]));
  await compare(
    `ingest ${size} a request`,
    (server) => {
      const list = bodies.get(server);
      const index = next.get(server);
      next.set(server, index + 1);
      return { method: "POST", path: `${server.base}/interactions`, body: list[index] ?? batchBody(batch++, size, { total: ROWS, minor: true }) };
    },
    connections,
    size,
  );
}

async function insights(rows, name) {
  const from = interactionAt(0, { total: ROWS, minor: true }).occurred_at.slice(0, 10);
  const to = new Date(Date.parse(from) + 29 * 86_400_000).toISOString().slice(0, 10);
  say(`${name}${rows.toLocaleString("en")} rows`);
  const took = new Map();
  for (const server of servers) {
    const times = [];
    for (let round = 0; round < (quick ? 3 : 5); round++) {
      const started = performance.now();
      const response = await fetch(`${server.origin}${server.base}/insights?date_from=${from}&date_to=${to}`, {
        headers: { Authorization: `Bearer ${server.key}` },
      });
      await response.text();
      if (!response.ok) throw new Error(`${server.name}: insights answered ${response.status}`);
      times.push(performance.now() - started);
    }
    took.set(server, median(times));
  }
  const ms = (server) => `${took.get(server).toFixed(1)} ms`;
  add(`${name}${rows.toLocaleString("en")} rows`, ms(ours), ms(full), ms(normal), took.get(full) / took.get(ours));
}

/** One organization under full load, another asks quietly: how much slower is its 99th percentile? */
async function isolation() {
  say("isolation: one organization under full load");
  const quiet = await ours.organization("Quiet");
  const product = await ours.request("POST", "/api/v2/products", { title: "Quiet mug" }, quiet.api_key);
  const ask = () =>
    load({
      origin: ours.origin,
      headers: { Authorization: `Bearer ${quiet.api_key}` },
      connections: 2,
      seconds: SECONDS,
      next: () => ({ method: "GET", path: `/api/v2/products/${product.id}` }),
    });
  await ask();
  const alone = await ask();
  let made_loud = 0;
  const [beside] = await Promise.all([
    ask(),
    load({
      origin: ours.origin,
      headers: { Authorization: `Bearer ${api_key}` },
      connections: 16,
      seconds: SECONDS,
      next: () => ({ method: "POST", path: "/api/v2/products", body: JSON.stringify({ title: "Loud", external_id: `loud-${made_loud++}` }) }),
    }),
  ]);
  add(
    "quiet neighbour's p99, alone → beside full load",
    `${alone.p99_ms.toFixed(1)} → ${beside.p99_ms.toFixed(1)} ms`,
    "",
    "",
    beside.p99_ms / alone.p99_ms,
  );
}

async function exportAll() {
  say("export of every row as NDJSON");
  const idle_mb = memory_mb(ours.pid);
  let peak_mb = idle_mb;
  const started = performance.now();
  let job = await ours.request("POST", "/api/v2/exports", { resource: "interactions", format: "ndjson" }, api_key);
  while (job.status === "queued" || job.status === "running") {
    peak_mb = Math.max(peak_mb, memory_mb(ours.pid));
    await new Promise((resolve) => setTimeout(resolve, 50));
    job = await ours.request("GET", `/api/v2/exports/${job.id}`, undefined, api_key);
  }
  if (job.status !== "succeeded") throw new Error(JSON.stringify(job));
  const ours_per_s = job.result.rows / ((performance.now() - started) / 1_000);
  const plain = new Map();
  for (const server of [full, normal]) {
    const path = join(workspace, "plain.ndjson");
    const began = performance.now();
    const response = await fetch(`${server.origin}/exports`, {
      method: "POST",
      headers: { Authorization: `Bearer ${server.key}`, "Content-Type": "application/json" },
      body: JSON.stringify({ path }),
    });
    const { rows } = await response.json();
    plain.set(server, rows / ((performance.now() - began) / 1_000));
    statSync(path);
  }
  const rate = (value) => `${Math.round(value / 1_000)}k rows/s`;
  add(
    `export of ${job.result.rows.toLocaleString("en")} rows (${Math.round(job.result.bytes / 1e6)} MB)`,
    rate(ours_per_s),
    rate(plain.get(full)),
    rate(plain.get(normal)),
    ours_per_s / plain.get(full),
  );
  add("memory during the export", `${idle_mb} → peak ${peak_mb} MB`, "", "", null);
}
