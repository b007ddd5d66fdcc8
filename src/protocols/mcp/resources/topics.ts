import type { McpExecutor } from "../../../domain/mcp/executor.ts";
import { areInView } from "../all_in_view.ts";
import { missingScope } from "../protocol_errors.ts";
import { locateResource } from "./registry.ts";

export const topicOf: McpExecutor["topicOf"] = (uri, principal, view) => {
  const located = locateResource(uri);
  if (located === null || "problem" in located) return null;
  const { resource, variables } = located;
  return areInView(resource.operations, view) && missingScope(principal, resource.scopes) === undefined ? resource.topic(variables) : null;
};
