import type { AnyOperation } from "../../../domain/operation.ts";

/** What cannot be undone, or shows a secret, a person agrees to first. */
export function needsConfirmation({ effect, secret_outputs, mcp }: AnyOperation): boolean {
  return effect === "delete" || secret_outputs !== undefined || mcp?.confirm !== undefined;
}
