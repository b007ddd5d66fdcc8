import type { McpExecution } from "../../../domain/mcp/executor.ts";
import { areInView } from "../all_in_view.ts";
import { invalidParameter, resourceNotFound } from "../protocol_errors.ts";
import { locateResource, type LocatedResource } from "./registry.ts";

/** The resource that a request's `uri` names. Throws McpError: not found, also where this part of the server does not have it; bad parameters for a URI that is not well formed. */
export function locateRequested({ params, view }: Pick<McpExecution, "params" | "view">): LocatedResource & { uri: string } {
  const { uri } = params;
  if (typeof uri !== "string") throw invalidParameter("uri", "string (required)");
  const located = locateResource(uri);
  if (located === null) throw resourceNotFound(uri);
  if ("problem" in located) throw invalidParameter(located.problem.field, located.problem.expected);
  if (!areInView(located.resource.operations, view)) throw resourceNotFound(uri);
  return { ...located, uri };
}
