import { NoSchemaIntrospectionCustomRule, specifiedRules, validate, type DocumentNode, type GraphQLError, type GraphQLSchema } from "graphql";
import { catalogued, refusal } from "./refusal.ts";
import { isTooRepetitive } from "./repeats.ts";
import { shapeError } from "./shape.ts";

/** After so many validation stops. */
export const VALIDATION_ERRORS_MAX = 10;

const RULES_WITHOUT_INTROSPECTION = [...specifiedRules, NoSchemaIntrospectionCustomRule];

/** Why a document does not run under this schema; empty when it does. */
export function documentErrors(schema: GraphQLSchema, document: DocumentNode, introspection: boolean): readonly GraphQLError[] {
  const error = shapeError(document);
  if (error) return [error];
  if (isTooRepetitive(document)) return [tooRepetitive()];
  // Where the schema is kept to oneself, no suggestion tells of it.
  const errors = validate(schema, document, introspection ? specifiedRules : RULES_WITHOUT_INTROSPECTION, {
    maxErrors: VALIDATION_ERRORS_MAX,
    hideSuggestions: !introspection,
  });
  return errors.map((found) =>
    found.message === GAVE_UP ? tooRepetitive() : catalogued(found, { expected: "a document that is valid under the schema" }),
  );
}

/** What graphql-js says when comparing fields of the same name takes too long. */
const GAVE_UP = "Validation aborted.";

function tooRepetitive(): GraphQLError {
  return refusal("The document asks for the same fields too often to be validated", { expected: "each field once in one place" });
}
