import { join } from "node:path";
import { startCommandProcess } from "../command_process.mjs";

/** Starts a process of subscribers; each of its commands is a promise. */
export function startSubscribers() {
  return startCommandProcess(join(import.meta.dirname, "subscribers.mjs"), ["open", "write", "close"]);
}
