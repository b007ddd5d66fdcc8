// Prints what was measured and, unless the run was a quick one, puts it into README.md and results.json.
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { markdown, throughputTable } from "./markdown.mjs";
import { mcpTables } from "./mcp/tables.mjs";

const here = import.meta.dirname;

/** Each part that was measured; the others stay as they were. */
export function report({ table, oauth, graphql, mcp }, { quick, rows, pace, short_pace }) {
  const file = join(here, "results.json");
  const results = JSON.parse(readFileSync(file, "utf8"));
  const parts = [
    table && ["table", stamp(`${rows.toLocaleString("en")} interactions, `, pace), mainTable(table)],
    oauth && ["oauth", stamp("", short_pace), oauthTable(oauth)],
    graphql && ["graphql", stamp("", short_pace), graphqlTables(graphql)],
    mcp && ["mcp", stamp("", short_pace), mcpTables(mcp)],
  ].filter(Boolean);
  for (const [name, measured, text] of parts) write(name, measured, text, quick);
  if (table) Object.assign(results, { measured: stamp(`${rows.toLocaleString("en")} interactions, `, pace), table });
  if (oauth) results.oauth = { measured: stamp("", short_pace), table: oauth };
  if (graphql) results.graphql = { measured: stamp("", short_pace), ...graphql };
  if (mcp) results.mcp = { measured: stamp("", short_pace), ...mcp };
  if (!quick) writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
}

function stamp(rows, { rounds, seconds, connections }) {
  return `Measured ${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} × ${cpus()[0].model}, ${rows}${connections} connections, median of ${rounds} interleaved rounds of ${seconds} s.`;
}

function mainTable(table) {
  return markdown(
    ["", "CROW on workerd", "plain, synchronous=FULL", "plain, NORMAL", "ratio to FULL"],
    table.map(({ name, ours, full, normal, ratio }) => [name, ours, full, normal, ratio]),
  );
}

function oauthTable(oauth) {
  return markdown(
    ["", "CROW ÷ alternative", "CROW ÷ its own key", "alternative ÷ its own key", "CROW", "alternative"],
    oauth.map((row) => [row.name, row.ratio, row.ours_to_key, row.other_to_key, `${row.ours}/s`, `${row.other}/s, ${row.by}`]),
  );
}

function graphqlTables({ rows, fan_out, sleep, memory }) {
  const ms = (value) => `${value.toFixed(1)} ms`;
  const throughput = throughputTable(rows, "Mercurius");
  const told = ({ first_ms, last_ms, executions }) => `${ms(first_ms)} → ${ms(last_ms)}${executions > 0 ? `, ${executions} executions` : ""}`;
  const deliveries = markdown(
    ["1,000 subscribers: first → last told", "last told, Mercurius ÷ CROW", "CROW", "Mercurius", "only sending a ready text"],
    fan_out.map(({ name, ratio, figures }) => [name, ratio, told(figures.CROW), told(figures.Mercurius), figures.floor ? told(figures.floor) : ""]),
  );
  const kb = ({ median, steps }) => `${median.toFixed(1)} KB (${steps.map((step) => step.toFixed(1)).join(", ")})`;
  const idle = markdown(
    ["idle", "CROW", "Mercurius"],
    [
      ["memory of one more subscriber, by thousands", kb(memory.ours_kb), kb(memory.other_kb)],
      ["actor asleep under 1,000 subscribers", sleepText(sleep, ms), ""],
    ],
  );
  return [throughput, deliveries, idle].join("\n\n");
}

function sleepText({ asleep_after_s, woken_first_ms, woken_last_ms, told }, ms) {
  if (asleep_after_s === null) return "no";
  return `after ${asleep_after_s} s; then an event wakes it, ${ms(woken_first_ms)} → ${ms(woken_last_ms)}, ${told} told`;
}

/** Prints a table and, unless the run is a quick one, puts it between its marks in README.md. */
function write(name, measured, text, quick) {
  console.log(`\n${text}\n`);
  if (quick) return;
  const file = join(here, "README.md");
  const between = new RegExp(`<!-- ${name} -->[\\s\\S]*<!-- end of ${name} -->`);
  writeFileSync(
    file,
    readFileSync(file, "utf8").replace(between, () => `<!-- ${name} -->\n${measured}\n\n${text}\n<!-- end of ${name} -->`),
  );
}
