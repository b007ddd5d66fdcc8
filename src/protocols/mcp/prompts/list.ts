import type { McpObject } from "../../../domain/mcp/message.ts";
import { areInView } from "../all_in_view.ts";
import { free, type McpMethod } from "../method.ts";
import { pageOfList } from "../paging.ts";
import { missingScope } from "../protocol_errors.ts";
import { withCost } from "../resources/run.ts";
import { operationsOf } from "./define.ts";
import type { McpPrompt } from "./prompt.ts";
import { PROMPTS } from "./registry.ts";

/** `prompts/list`: those whose data is in view and whose scopes the credential has. */
export const listPrompts: McpMethod = ({ params, view }) =>
  free(({ principal }) => {
    const usable = PROMPTS.filter((prompt) => areInView(operationsOf(prompt), view) && missingScope(principal, prompt.scopes) === undefined);
    const { items, ...next } = pageOfList(usable, ({ name }) => name, params.cursor);
    return { kind: "result", result: { prompts: items.map(describePrompt), ...next } };
  });

function describePrompt(prompt: McpPrompt): McpObject {
  return {
    name: prompt.name,
    title: prompt.title,
    description: withCost(prompt.description, operationsOf(prompt)),
    arguments: prompt.arguments.map((argument) => ({
      name: argument.name,
      title: argument.title,
      description: argument.description,
      required: argument.required ?? false,
    })),
  };
}
