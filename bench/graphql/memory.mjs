// What an idle subscriber costs the server: its process's resident memory before and after each thousand more of them. A fresh process each, so that no earlier load's
// heap is there to take them in.
import { setTimeout as sleep } from "node:timers/promises";
import { median } from "../load.mjs";
import { memory_kb, startOurs } from "../servers.mjs";
import { FOLLOW } from "./documents.mjs";
import { crowTarget, seedProducts, startMercurius } from "./servers.mjs";
import { startSubscribers } from "./subscriber_process.mjs";

const EACH = 1_000;
const SETTLE_MS = 5_000;

export async function measureMemory({ quick, say }) {
  const steps = quick ? 2 : 5;
  say("memory of idle subscribers");
  const crow = await startOurs("memory");
  const peer = await startMercurius("mercurius-memory");
  try {
    // A thousand in each of several organizations, as one may have no more; the peer has no organizations.
    const ours = [];
    for (let step = 0; step <= steps; step++) ours.push(await crowTarget(crow, `Memory ${step}`));
    const others = Array.from({ length: steps + 1 }, () => peer);
    for (const server of [...ours, peer]) await seedProducts(server);
    return { each: EACH, steps, ours_kb: await growth(ours), other_kb: await growth(others) };
  } finally {
    crow.stop();
    peer.stop();
  }
}

/** KB for each subscriber, by step; the first thousand also load the code and are left out. */
async function growth(targets) {
  const held = [];
  const kb = [];
  try {
    for (const server of targets) {
      await sleep(SETTLE_MS);
      const before = memory_kb(server.pid);
      const subscribers = startSubscribers();
      held.push(subscribers);
      const input = { origin: server.origin, path: "/graphql", key: server.key, query: FOLLOW };
      await subscribers.open({ ...input, variables: Array.from({ length: EACH }, () => ({})) });
      await sleep(SETTLE_MS);
      kb.push((memory_kb(server.pid) - before) / EACH);
    }
  } finally {
    for (const subscribers of held) subscribers.stop();
  }
  const steps = kb.slice(1);
  return { median: median(steps), steps };
}
