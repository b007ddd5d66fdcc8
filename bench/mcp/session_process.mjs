import { join } from "node:path";
import { startCommandProcess } from "../command_process.mjs";

/** Starts a process of clients with sessions; each of its commands is a promise. */
export function startSessionClients() {
  return startCommandProcess(join(import.meta.dirname, "session_clients.mjs"), ["open", "call", "change", "close"]);
}
