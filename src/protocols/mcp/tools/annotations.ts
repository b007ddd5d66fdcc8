import type { AnyOperation } from "../../../domain/operation.ts";

/** What a tool does to the world (MCP 2026-07-28, schema: ToolAnnotations). */
export interface ToolAnnotations {
  readOnlyHint: boolean;
  /** It may change or remove what is there, not only add. */
  destructiveHint: boolean;
  /** Once more with the same arguments changes nothing more. */
  idempotentHint: boolean;
  /** It reaches beyond the organization's own data. */
  openWorldHint: boolean;
}

/** By its effect. What makes a secret makes another one each time. */
export function annotationsOf({ effect, secret_outputs, mcp }: AnyOperation): ToolAnnotations {
  return {
    readOnlyHint: effect === "read",
    destructiveHint: effect === "update" || effect === "delete",
    idempotentHint: effect !== "create" && secret_outputs === undefined,
    openWorldHint: mcp?.open_world ?? false,
  };
}
