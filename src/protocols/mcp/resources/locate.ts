import type { McpExecution } from "../../../domain/mcp/executor.ts";
import { invalidParameter, resourceNotFound } from "../protocol_errors.ts";
import { locateResource, type LocatedResource } from "./registry.ts";

/** The resource that a request's `uri` names. Throws McpError: not found, bad parameters for a URI that is not well formed. */
export function locateRequested({ params }: Pick<McpExecution, "params">): LocatedResource & { uri: string } {
  const { uri } = params;
  if (typeof uri !== "string") throw invalidParameter("uri", "string (required)");
  const located = locateResource(uri);
  if (located === null) throw resourceNotFound(uri);
  if ("problem" in located) throw invalidParameter(located.problem.field, located.problem.expected);
  return { ...located, uri };
}
