import { McpError } from "../../../domain/mcp/message.ts";
import type { McpMethod } from "../method.ts";
import { resultMeta } from "../meta.ts";
import { toContent, type TextContent } from "./content.ts";
import { requireScopes, resourceNotFound } from "../protocol_errors.ts";
import { locateRequested } from "./locate.ts";
import type { LocatedResource } from "./registry.ts";
import type { ReadContext } from "./resource.ts";
import { costOf } from "./run.ts";

/** `resources/read`: one content, shortened where it would be too large. Costs what the operations cost that it runs. */
export const readResource: McpMethod = (execution) => {
  const located = locateRequested(execution);
  const { operations } = located.resource;
  return {
    cost: costOf(operations),
    writes: false,
    operations: [...operations],
    run(host) {
      const content = readContent({ host, view: execution.view }, located, located.uri);
      return { kind: "result", result: { contents: [content], _meta: resultMeta(host) } };
    },
  };
};

/** A resource's content now. Throws McpError: FORBIDDEN with the scope that is missing, not found. */
export function readContent(context: ReadContext, { resource, variables }: LocatedResource, uri: string): TextContent {
  requireScopes(context.host.principal, resource.scopes);
  try {
    return toContent(resource, uri, resource.read(context, variables));
  } catch (error) {
    if (error instanceof McpError && (error.data as { code?: string } | undefined)?.code === "NOT_FOUND") throw resourceNotFound(uri);
    throw error;
  }
}
