import type { OperationContext } from "./context.ts";
import { OperationError } from "./errors.ts";

/** Refuses a write made on an older version than the row's. Callers that named no version are let through; a protocol may require one. */
export function checkVersion(ctx: OperationContext, current: { version: number }): void {
  if (ctx.expected_version !== null && ctx.expected_version !== current.version) {
    throw new OperationError("PRECONDITION_FAILED", "The resource changed since you read it; read it again and repeat the change", {
      current_version: current.version,
    });
  }
}
