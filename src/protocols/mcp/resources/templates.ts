import { areInView } from "../all_in_view.ts";
import { free, type McpMethod } from "../method.ts";
import { pageOfList } from "../paging.ts";
import { describeResource } from "./describe.ts";
import { missingScope } from "../protocol_errors.ts";
import { RESOURCE_TEMPLATES } from "./registry.ts";

/** `resources/templates/list`: those in view whose scopes the credential has. */
export const listResourceTemplates: McpMethod = ({ params, view }) =>
  free(({ principal }) => {
    const readable = RESOURCE_TEMPLATES.filter(
      ({ scopes, operations }) => areInView(operations, view) && missingScope(principal, scopes) === undefined,
    );
    const { items, ...next } = pageOfList(readable, ({ name }) => name, params.cursor);
    return { kind: "result", result: { resourceTemplates: items.map(describeResource), ...next } };
  });
