import type { McpObject } from "../../../domain/mcp/message.ts";
import type { McpResource } from "./resource.ts";
import { withCost } from "./run.ts";
import { variablesOf } from "./uri.ts";

/** A resource or template as the lists show it. */
export function describeResource(resource: McpResource): McpObject {
  const { uri, name, title, mimeType } = resource;
  const description = withCost(resource.description, resource.operations);
  return { ...(variablesOf(uri).length > 0 ? { uriTemplate: uri } : { uri }), name, title, description, mimeType };
}
