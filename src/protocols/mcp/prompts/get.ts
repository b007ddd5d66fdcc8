import type { McpExecution, McpHost } from "../../../domain/mcp/executor.ts";
import { resultMeta } from "../meta.ts";
import type { McpMethod } from "../method.ts";
import { isObject } from "../objects.ts";
import { invalidParameter, requireScopes } from "../protocol_errors.ts";
import { readContent } from "../resources/read.ts";
import { locateResource } from "../resources/registry.ts";
import { costOf } from "../resources/run.ts";
import { operationsOf } from "./define.ts";
import { findPrompt } from "./find.ts";
import type { McpPrompt, PromptArguments, PromptMessage } from "./prompt.ts";

const NAME_SHOWN_MAX = 100;

/** `prompts/get`: the messages with the data of now in them. Costs what the reads cost. */
export const getPrompt: McpMethod = (execution) => {
  const { params } = execution;
  const prompt = findPrompt(params.name, execution.view);
  const given = readArguments(prompt, params.arguments);
  const operations = operationsOf(prompt);
  return {
    cost: costOf(operations),
    writes: false,
    operations,
    run(host) {
      requireScopes(host.principal, prompt.scopes);
      const messages = prompt.messages({ host, view: execution.view, embed: (uri) => embed(execution, host, uri) }, given);
      return { kind: "result", result: { description: prompt.description, messages, _meta: resultMeta(host) } };
    },
  };
};

/** Throws McpError that names the argument. An empty one counts as left out: clients send what a form has. */
function readArguments(prompt: McpPrompt, sent: unknown): PromptArguments {
  if (sent !== undefined && !isObject(sent)) throw invalidParameter("arguments", "an object of strings");
  const values = new Map(Object.entries(sent ?? {}).filter(([, value]) => value !== ""));
  const unknown = [...values.keys()].find((name) => !prompt.arguments.some((argument) => argument.name === name));
  if (unknown !== undefined) {
    const names = prompt.arguments.map(({ name }) => name);
    throw invalidParameter(`arguments.${unknown.slice(0, NAME_SHOWN_MAX)}`, `one of: ${names.join(", ")}`, "The prompt has no such argument");
  }
  return Object.fromEntries(
    prompt.arguments.map(({ name, required, schema, expected }) => {
      const value = values.get(name);
      if (value === undefined) {
        if (required) throw invalidParameter(`arguments.${name}`, `${expected} (required)`, `Missing argument ${name}`);
        return [name, undefined];
      }
      const judged = schema.safeParse(value);
      if (!judged.success) throw invalidParameter(`arguments.${name}`, expected);
      return [name, judged.data];
    }),
  );
}

/** Throws McpError where the resource is not there or its URI, made of the arguments, does not do. */
function embed({ view }: McpExecution, host: McpHost, uri: string): PromptMessage {
  const located = locateResource(uri);
  if (located === null) throw new Error(`No resource has the URI of a prompt: ${uri}`);
  if ("problem" in located) throw invalidParameter(`arguments.${located.problem.field}`, located.problem.expected);
  return { role: "user", content: { type: "resource", resource: readContent({ host, view }, located, uri) } };
}
