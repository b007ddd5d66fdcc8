import { fork } from "node:child_process";
import { join } from "node:path";

/** Starts a process of subscribers; each of its commands is a promise. */
export function startSubscribers() {
  const child = fork(join(import.meta.dirname, "subscribers.mjs"));
  const waiting = new Map();
  let next = 0;
  child.on("message", ({ id, output, error }) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error) reject(new Error(error));
    else resolve(output);
  });
  child.on("exit", () => waiting.forEach(({ reject }) => reject(new Error("The process of subscribers ended"))));
  const command = (name) => (input) =>
    new Promise((resolve, reject) => {
      waiting.set(next, { resolve, reject });
      child.send({ id: next++, command: name, input });
    });
  return { open: command("open"), write: command("write"), close: command("close"), stop: () => child.kill("SIGKILL") };
}
