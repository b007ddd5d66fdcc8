// A process that is told what to do by messages, so that clients share no event loop with who measures them.
import { fork } from "node:child_process";

/** Starts `file`; each of `names` is a function that resolves with what the command of that name returned. */
export function startCommandProcess(file, names) {
  const child = fork(file);
  const waiting = new Map();
  let next = 0;
  child.on("message", ({ id, output, error }) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error) reject(new Error(error));
    else resolve(output);
  });
  child.on("exit", () => waiting.forEach(({ reject }) => reject(new Error(`${file} ended`))));
  const command = (name) => (input) =>
    new Promise((resolve, reject) => {
      waiting.set(next, { resolve, reject });
      child.send({ id: next++, command: name, input });
    });
  return { ...Object.fromEntries(names.map((name) => [name, command(name)])), stop: () => child.kill("SIGKILL") };
}

/** In that process: does what it is told. */
export function serveCommands(commands) {
  process.on("message", async ({ id, command, input }) => {
    try {
      process.send({ id, output: await commands[command](input) });
    } catch (error) {
      process.send({ id, error: String(error?.stack ?? error) });
    }
  });
}
