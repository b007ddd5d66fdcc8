// How often CROW computes a subscription's answer, counted from outside: V8's inspector counts the calls of graphql-js's executeSubscriptionEvent by a breakpoint that
// never stops. In a server of its own, since whatever is inspected is slower.
import { WebSocket } from "ws";
import { freePort, startOurs } from "../servers.mjs";
import { deliver, withSubscribers, writeOf } from "./deliveries.mjs";
import { crowTarget, seedProducts } from "./servers.mjs";

const COUNTED = "executeSubscriptionEvent";

/** Executions of one write for each of `cases`: {events, variablesOf}. */
export async function countExecutions(cases) {
  const port = await freePort();
  const crow = await startOurs("counted", port);
  try {
    const target = await crowTarget(crow, "Counted");
    await seedProducts(target);
    const inspector = await inspect(port);
    const counts = [];
    for (const { events, variablesOf } of cases) {
      const count = await withSubscribers([target], variablesOf, async ([{ server, subscribers }]) => {
        await deliver(server, subscribers, writeOf(events));
        const before = await inspector.counted();
        await deliver(server, subscribers, writeOf(events));
        return (await inspector.counted()) - before;
      });
      counts.push(count);
    }
    return counts;
  } finally {
    crow.stop();
  }
}

async function inspect(port) {
  const [{ webSocketDebuggerUrl }] = await (await fetch(`http://127.0.0.1:${port}/json`)).json();
  const socket = new WebSocket(webSocketDebuggerUrl, { maxPayload: 2 ** 28 });
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  const waiting = new Map();
  let next = 1;
  let context;
  let script;
  socket.on("message", (text) => {
    const { id, result, error, method, params } = JSON.parse(String(text));
    if (method === "Runtime.executionContextCreated") context ??= params.context.id;
    if (method === "Debugger.scriptParsed" && params.url.endsWith("worker.js")) script = params.scriptId;
    if (id === undefined) return;
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error) reject(new Error(error.message));
    else resolve(result);
  });
  const send = (method, params = {}) =>
    new Promise((resolve, reject) => {
      waiting.set(next, { resolve, reject });
      socket.send(JSON.stringify({ id: next++, method, params }));
    });
  await send("Runtime.enable");
  await send("Debugger.enable");
  const found = await send("Debugger.searchInContent", { scriptId: script, query: `^function ${COUNTED}\\(`, isRegex: true });
  const location = { scriptId: script, lineNumber: found.result[0].lineNumber + 1 };
  await send("Debugger.setBreakpoint", { location, condition: "globalThis.counted = (globalThis.counted ?? 0) + 1, false" });
  return {
    counted: async () => (await send("Runtime.evaluate", { expression: "globalThis.counted ?? 0", contextId: context })).result.value,
  };
}
