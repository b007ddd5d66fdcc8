import type { JobHandler } from "../../core/scheduler.ts";
import type { OrganizationState } from "../state.ts";
import { CALL_JOB } from "./call_store.ts";
import { SESSION_JOB } from "./session_store.ts";

/** What looks after sessions and calls, and ends them when their time is over. */
export function mcpJobs({ mcp }: OrganizationState): Record<string, JobHandler> {
  return {
    [SESSION_JOB]: async ({ key }) => mcp.sessionIsDue(key),
    [CALL_JOB]: async ({ key }) => mcp.callIsDue(key),
  };
}
