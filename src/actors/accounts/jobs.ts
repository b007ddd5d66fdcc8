import type { JobHandler } from "../core/scheduler.ts";
import { deletionJobs } from "./deletion.ts";
import { foundingJobs } from "./founding.ts";
import type { AccountState } from "./state.ts";

/** Every job kind of an account's actor. */
export function accountJobs(state: AccountState): Record<string, JobHandler> {
  return { ...foundingJobs(state), ...deletionJobs(state) };
}
