import type { McpExecution, McpExecutor, McpHost, McpWaiting } from "../../../domain/mcp/executor.ts";
import type { Failure } from "../../../domain/errors.ts";
import type { Export } from "../../../domain/exports/export.ts";
import { cancelExport } from "../../../domain/exports/cancel.ts";
import { createExport } from "../../../domain/exports/create.ts";
import { getExport } from "../../../domain/exports/get.ts";
import type { AnyOperation } from "../../../domain/operation.ts";
import { holdsScope, type Principal } from "../../../domain/principal.ts";
import { toolError } from "./error.ts";
import { resultMeta } from "../meta.ts";
import { count } from "../../reports/markdown.ts";
import { toolResult } from "./result.ts";

/** The id of the export that a call started, where the client waits for its end and may see it. */
export function awaitedBy(operation: AnyOperation, value: unknown, { may_wait }: McpExecution, principal: Principal): string | null {
  const waits = operation.name === createExport.name && may_wait && holdsScope(principal, "exports:read");
  return waits ? (value as Export).id : null;
}

/** How an awaited export is. */
export const waitingFor: McpExecutor["waiting"] = (_execution, subject, host) => {
  const outcome = host.call({ operation: getExport.name, input: { export_id: subject } });
  return outcome.ok ? stateOf(outcome.value as Export, host) : ended(outcome.failure, host);
};

function stateOf(file: Export, host: McpHost): McpWaiting {
  const { rows_done, rows_total } = file.progress;
  const result = toolResult(createExport, { value: file, shortened: [], replayed: false }, host);
  const present = { progress: rows_done, total: rows_total, result };
  switch (file.status) {
    case "queued":
      return { done: false, message: "Waiting for its turn", ...present };
    case "running":
      return { done: false, message: `${count(rows_done)}${rows_total === null ? "" : ` of ${count(rows_total)}`} rows written`, ...present };
    case "succeeded":
      return { done: true, result };
    case "failed": {
      const { message = "The export failed" } = file.error ?? {};
      return ended({ code: "INTERNAL_ERROR", message, details: { export_id: file.id, reason: file.error?.code ?? null } }, host);
    }
    case "cancelled":
      return ended({ code: "CONFLICT", message: "The export was cancelled", details: { export_id: file.id, status: file.status } }, host);
    case "expired":
      return ended({ code: "GONE", message: "The export's file has expired; start it again", details: { export_id: file.id } }, host);
  }
}

function ended(failure: Failure, host: McpHost): McpWaiting {
  return { done: true, result: toolError(failure, null, resultMeta(host)) };
}

/** The client no longer wants it: what runs is stopped, what is done stays. */
export const cancelWork: McpExecutor["cancel"] = (_execution, subject, host) => {
  host.call({ operation: cancelExport.name, input: { export_id: subject } });
};
