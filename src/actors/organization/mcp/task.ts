import type { McpObject } from "../../../domain/mcp/message.ts";
import { toTimestamp } from "../../../domain/time.ts";
import type { KeptCall } from "./kept_call.ts";

/** How often a client should ask for a task. */
const POLL_INTERVAL_MS = 2_000;

/** What a call is answered whose result comes later (CreateTaskResult of the tasks extension). */
export function toTaskResult(call: KeptCall): McpObject {
  return { resultType: "task", ...toTask(call) };
}

/** A task with what it came to (DetailedTask). */
export function toDetailedTask(call: KeptCall): McpObject {
  return { resultType: "complete", ...toTask(call), ...call.outcome };
}

function toTask(call: KeptCall): McpObject {
  const { id, created_at, updated_at, expires_at } = call;
  const message = messageOf(call);
  return {
    taskId: id,
    status: statusOf(call),
    ...(message === null ? {} : { statusMessage: message }),
    createdAt: toTimestamp(created_at),
    lastUpdatedAt: toTimestamp(updated_at),
    ttlMs: expires_at - created_at,
    pollIntervalMs: POLL_INTERVAL_MS,
  };
}

function statusOf({ status, outcome }: KeptCall): string {
  if (status === "cancelled") return "cancelled";
  if (status !== "done") return "working";
  return outcome && "error" in outcome ? "failed" : "completed";
}

function messageOf({ status, progress, outcome }: KeptCall): string | null {
  if (outcome && "error" in outcome) return outcome.error.message;
  return status === "waiting" ? (progress?.message ?? null) : null;
}
