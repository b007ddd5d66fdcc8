import { getVariableValues, Kind, print, type GraphQLError, type GraphQLSchema, type OperationDefinitionNode } from "graphql";
import { catalogued } from "./refusal.ts";

export const VARIABLE_ERRORS_MAX = 10;

/** An operation's variables as its types have them. */
export function coerceVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  variables: Record<string, unknown>,
): { values: Readonly<Record<string, unknown>> } | { errors: readonly GraphQLError[] } {
  const coerced = getVariableValues(schema, operation.variableDefinitions ?? [], variables, {
    maxErrors: VARIABLE_ERRORS_MAX,
    hideSuggestions: true,
  });
  return coerced.errors ? { errors: coerced.errors.map(namingVariable) } : { values: coerced.variableValues.coerced };
}

function namingVariable(error: GraphQLError): GraphQLError {
  const definition = error.nodes?.[0];
  return catalogued(
    error,
    definition?.kind === Kind.VARIABLE_DEFINITION
      ? { field: definition.variable.name.value, expected: print(definition.type) }
      : { field: "variables", expected: "values of the declared types" },
  );
}
