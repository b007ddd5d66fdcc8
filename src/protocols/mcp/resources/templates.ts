import { free, type McpMethod } from "../method.ts";
import { pageOfList } from "../paging.ts";
import { describeResource } from "./describe.ts";
import { missingScope } from "../protocol_errors.ts";
import { RESOURCE_TEMPLATES } from "./registry.ts";

/** `resources/templates/list`: those whose scopes the credential has. */
export const listResourceTemplates: McpMethod = ({ params }) =>
  free(({ principal }) => {
    const readable = RESOURCE_TEMPLATES.filter(({ scopes }) => missingScope(principal, scopes) === undefined);
    const { items, ...next } = pageOfList(readable, ({ name }) => name, params.cursor);
    return { kind: "result", result: { resourceTemplates: items.map(describeResource), ...next } };
  });
