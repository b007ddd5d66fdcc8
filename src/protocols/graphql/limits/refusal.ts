import { GraphQLError, type ASTNode } from "graphql";
import type { ErrorDetails } from "../../../domain/errors.ts";

/** An operation that is not run, with the catalogue's form in its extensions. `details.expected` says what would do. */
export function refusal(message: string, details: ErrorDetails, nodes?: ASTNode | readonly ASTNode[]): GraphQLError {
  return new GraphQLError(message, { nodes, extensions: { code: "VALIDATION_ERROR", details } });
}

/** Names come from the caller and go back to them: an answer must not be as long as the request was. */
const MESSAGE_LENGTH_MAX = 500;

/** The error of a GraphQL rule with our code. */
export function catalogued(error: GraphQLError, details: ErrorDetails): GraphQLError {
  const { nodes, source, positions, path, originalError } = error;
  const message = error.message.length > MESSAGE_LENGTH_MAX ? `${error.message.slice(0, MESSAGE_LENGTH_MAX)}…` : error.message;
  return new GraphQLError(message, { nodes, source, positions, path, originalError, extensions: { code: "VALIDATION_ERROR", details } });
}
