import type { JobHandler } from "../../core/scheduler.ts";
import type { OrganizationState } from "../state.ts";
import { SESSION_JOB } from "./session_store.ts";

/** What ends sessions and calls when their time is over. */
export function mcpJobs({ mcp }: OrganizationState): Record<string, JobHandler> {
  return {
    [SESSION_JOB]: async ({ key }) => mcp.sessionIsDue(key),
  };
}
