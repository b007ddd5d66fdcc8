// What an idle session costs the server: its process's resident memory before and after each two hundred more of them. A fresh process each, so that no earlier load's heap is there to take them in.
import { setTimeout as sleep } from "node:timers/promises";
import { median } from "../load.mjs";
import { memory_kb } from "../servers.mjs";
import { startCrow, startSdk } from "./servers.mjs";
import { startSessionClients } from "./session_process.mjs";
import { clientKeys } from "./sessions.mjs";

const EACH = 200;
/** Longer than workerd keeps an actor that has nothing to do. */
const SETTLE_MS = 13_000;

export async function measureMemory({ quick, say }) {
  say("memory of idle sessions");
  const crow = await startCrow("mcp_memory");
  try {
    const sdk = await startSdk(crow);
    try {
      const steps = quick ? 2 : 4;
      const [ours_kb, other_kb] = [await growth(crow, steps), await growth(sdk, steps)];
      say(`  CROW ${ours_kb.median.toFixed(1)} KB, SDK ${other_kb.median.toFixed(1)} KB`);
      return { each: EACH, ours_kb, other_kb };
    } finally {
      sdk.stop();
    }
  } finally {
    crow.stop();
  }
}

/** KB for each session, by step; the first ones also load the code and are left out. */
async function growth(server, steps) {
  const held = [];
  const kb = [];
  try {
    for (let step = 0; step <= steps; step++) {
      await sleep(SETTLE_MS);
      const before = memory_kb(server.pid);
      const clients = startSessionClients();
      held.push(clients);
      await clients.open({
        origin: server.origin,
        keys: clientKeys(server, EACH),
        uri: `crow://products/${server.product_ids[0]}`,
        sessions: true,
      });
      await sleep(SETTLE_MS);
      kb.push((memory_kb(server.pid) - before) / EACH);
    }
  } finally {
    for (const clients of held) clients.stop();
  }
  return { median: median(kb.slice(1)), steps: kb.slice(1) };
}
