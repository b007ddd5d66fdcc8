import type { AnyOperation } from "../../../../domain/operation.ts";
import { familyOf, runnableOperations } from "../../operations_in_view.ts";
import { EXECUTE_TOOL, SEARCH_TOOL } from "../../tools/names.ts";
import { join, table } from "../../../reports/markdown.ts";
import type { McpResource } from "../resource.ts";

export const operationSchemaResource: McpResource = {
  uri: "crow://schema/operations",
  name: "operations_catalogue",
  title: "What can be done here",
  description:
    "Every operation that this credential may run, in brief: what it does, its effect and its cost in rate-limit units. Use it to find the right operation; those that are no tool of their own run through execute_operation.",
  mimeType: "text/markdown",
  scopes: [],
  operations: [],
  topic: () => "schema",
  more: "Call search_operations with a few words.",
  read({ host, view }) {
    const families = Map.groupBy(runnableOperations(view, host.principal), familyOf);
    const row = ({ name, summary, effect, cost }: AnyOperation): string[] => [name, summary, effect, String(cost)];
    return join(
      "# Operations",
      "An operation's tool has `_` for `.` in its name.",
      view.toolsets === null ? `What is not among the tools runs through \`${EXECUTE_TOOL}\`; \`${SEARCH_TOOL}\` shows its input.` : null,
      ...[...families].map(
        ([family, operations]) => `## ${family}\n\n${table(["operation", "what it does", "effect", "cost"], operations.map(row))}`,
      ),
    );
  },
};
