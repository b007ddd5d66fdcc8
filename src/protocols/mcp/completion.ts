import type { McpView } from "../../domain/mcp/command.ts";
import type { Scope } from "../../domain/scopes.ts";
import { areInView } from "./all_in_view.ts";
import { COMPLETIONS_MAX, type Completer } from "./completion/completer.ts";
import { VARIABLE_COMPLETERS } from "./completion/variables.ts";
import { resultMeta } from "./meta.ts";
import { free, type McpMethod } from "./method.ts";
import { isObject } from "./objects.ts";
import { findPrompt } from "./prompts/find.ts";
import { invalidParameter, requireScopes, resourceNotFound } from "./protocol_errors.ts";
import { RESOURCES } from "./resources/registry.ts";
import { variablesOf } from "./resources/uri.ts";

const LOOK_UP_COST = 1;
const VALUE_LENGTH_MAX = 500;
const GIVEN_MAX = 20;

/** `completion/complete`: an argument of a prompt or a variable of a resource template. Costs 1 where rows are looked up. */
export const complete: McpMethod = ({ params, view }) => {
  const { name, value } = readArgument(params.argument);
  const given = readGiven(params.context);
  const { completer, scopes } = completed(params.ref, name, view);
  const looked_up = completer !== null && completer.operations.length > 0;
  return {
    ...free((host) => {
      requireScopes(host.principal, [...scopes, ...(completer?.scopes ?? [])]);
      const { values, has_more } = completer?.suggest(host, value, given) ?? { values: [], has_more: false };
      const completion = {
        values: values.slice(0, COMPLETIONS_MAX),
        // How many there are is known where all were looked at.
        ...(has_more ? {} : { total: values.length }),
        hasMore: has_more || values.length > COMPLETIONS_MAX,
      };
      return { kind: "result", result: { completion, _meta: resultMeta(host) } };
    }),
    cost: looked_up ? LOOK_UP_COST : 0,
    operations: looked_up ? [...completer.operations] : [],
  };
};

function readArgument(argument: unknown): { name: string; value: string } {
  if (!isObject(argument) || typeof argument.name !== "string") throw invalidParameter("argument.name", "string (required)");
  const { name, value } = argument;
  if (typeof value !== "string" || value.length > VALUE_LENGTH_MAX)
    throw invalidParameter("argument.value", `string of at most ${VALUE_LENGTH_MAX} characters (required)`);
  return { name, value };
}

/** The arguments that the client has already. */
function readGiven(context: unknown): Record<string, string> {
  const given = isObject(context) ? context.arguments : undefined;
  if (given === undefined) return {};
  const expected = `an object of at most ${GIVEN_MAX} strings`;
  if (!isObject(given)) throw invalidParameter("context.arguments", expected);
  const entries = Object.entries(given);
  if (entries.length > GIVEN_MAX || entries.some(([, value]) => typeof value !== "string")) throw invalidParameter("context.arguments", expected);
  return given as Record<string, string>;
}

/** How the argument is completed, and what its prompt or resource needs; null for what cannot be guessed, or not from what is in view. */
function completed(ref: unknown, name: string, view: McpView): { completer: Completer | null; scopes: readonly Scope[] } {
  const inView = (completer: Completer | null): Completer | null => (completer && areInView(completer.operations, view) ? completer : null);
  if (isObject(ref) && ref.type === "ref/prompt" && typeof ref.name === "string") {
    const prompt = findPrompt(ref.name, view);
    const argument = prompt.arguments.find((each) => each.name === name);
    if (!argument) throw invalidParameter("argument.name", expectedNames(prompt.arguments.map((each) => each.name)));
    return { completer: inView(argument.completer), scopes: prompt.scopes };
  }
  if (isObject(ref) && ref.type === "ref/resource" && typeof ref.uri === "string") {
    const { uri } = ref;
    const resource = RESOURCES.find((each) => each.uri === uri);
    if (!resource || !areInView(resource.operations, view)) throw resourceNotFound(uri.slice(0, VALUE_LENGTH_MAX));
    const names = variablesOf(resource.uri);
    if (!names.includes(name)) throw invalidParameter("argument.name", expectedNames(names));
    return { completer: inView(VARIABLE_COMPLETERS[name]!), scopes: resource.scopes };
  }
  throw invalidParameter("ref", 'an object of type "ref/prompt" with a name, or "ref/resource" with a URI template');
}

function expectedNames(names: readonly string[]): string {
  return names.length > 0 ? `one of: ${names.join(", ")}` : "none: there is nothing to fill in";
}
