import type { McpObject } from "../../../domain/mcp/message.ts";
import { free, type McpMethod } from "../method.ts";
import { pageOfList } from "../paging.ts";
import { missingScope } from "../resources/errors.ts";
import type { McpPrompt } from "./prompt.ts";
import { PROMPTS } from "./registry.ts";

/** `prompts/list`: those whose scopes the credential has. */
export const listPrompts: McpMethod = ({ params }) =>
  free(({ principal }) => {
    const usable = PROMPTS.filter(({ scopes }) => missingScope(principal, scopes) === undefined);
    const { items, ...next } = pageOfList(usable, ({ name }) => name, params.cursor);
    return { kind: "result", result: { prompts: items.map(describePrompt), ...next } };
  });

function describePrompt({ name, title, description, arguments: taken }: McpPrompt): McpObject {
  return {
    name,
    title,
    description,
    arguments: taken.map((argument) => ({
      name: argument.name,
      title: argument.title,
      description: argument.description,
      required: argument.required ?? false,
    })),
  };
}
