// A long call with a progress token: when is the client told first, and when has it the result?
import { median } from "../load.mjs";
import { request } from "./messages.mjs";
import { send } from "./servers.mjs";

const EXPORT = { name: "exports_create", arguments: { resource: "products", format: "ndjson" } };

/** One export after the other at each server in turn, `rounds` times after one to warm up. */
export async function measureProgress({ servers, era, rounds, say }) {
  say(`first progress of an export, ${era}`);
  const taken = new Map(servers.map((server) => [server.name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const server of servers) {
      const told = await exportWithProgress(server, server.clients[era].callers[0], `export-${round}`);
      if (round > 0) taken.get(server.name).push(told);
    }
  }
  const figures = Object.fromEntries(
    [...taken].map(([name, list]) => [
      name,
      Object.fromEntries(["first_ms", "result_ms", "notifications"].map((key) => [key, median(list.map((told) => told[key]))])),
    ]),
  );
  say(`  ${JSON.stringify(figures)}`);
  return { era, rounds, ratio: (figures.SDK.first_ms / figures.CROW.first_ms).toFixed(2), figures };
}

async function exportWithProgress(server, client, progressToken) {
  const sent = request(client, "tools/call", EXPORT, { progressToken });
  const started = performance.now();
  const response = await send(server, sent);
  let text = "";
  let first_ms = null;
  const decoder = new TextDecoder();
  for await (const chunk of response.body) {
    text += decoder.decode(chunk, { stream: true });
    if (first_ms === null && text.includes("notifications/progress")) first_ms = performance.now() - started;
  }
  const result_ms = performance.now() - started;
  if (first_ms === null || !text.includes('"result":') || text.includes('"isError":true'))
    throw new Error(`${server.name}: an export ended with ${response.status} ${text.slice(0, 1_000)}`);
  return { first_ms, result_ms, notifications: text.split("notifications/progress").length - 1 };
}
