import { executeSync, GraphQLError, validate } from "graphql";
import { roomForAnswers, type DocumentExecutor } from "../../domain/documents.ts";
import { Answer } from "./answer.ts";
import { answerJson } from "./answer_length.ts";
import { Cohorts } from "./cohorts.ts";
import { idempotencyKeys } from "./idempotency_keys.ts";
import { liveQuery } from "./live_query.ts";
import { parseDocument } from "./parsed_documents.ts";
import { costOf, resultJson } from "./result_json.ts";
import type { GraphqlContext } from "./schema/context.ts";
import { crowSchema, schemaHash } from "./schema/index.ts";

/** GraphQL as an actor runs it: synchronous from end to end. */
export const graphqlExecutor: DocumentExecutor = {
  get schema_hash() {
    return schemaHash();
  },

  execute(document, host, room = roomForAnswers()) {
    const answer = new Answer(room);
    if (answer.full) return answerJson(answer, null, { cost: costOf(host) });
    const parsed = parseDocument(document.query);
    const contextValue: GraphqlContext = {
      host,
      cohorts: new Cohorts(host),
      answer,
      replayed: [],
      idempotencyKey: idempotencyKeys(parsed, document),
    };
    const result = executeSync({
      schema: crowSchema(),
      document: parsed,
      variableValues: document.variables,
      operationName: document.operation_name,
      contextValue,
    });
    const { replayed } = contextValue;
    return answerJson(answer, result, { cost: costOf(host), ...(replayed.length > 0 ? { idempotencyReplayed: replayed } : {}) });
  },

  validate({ query }) {
    try {
      const errors = validate(crowSchema(), parseDocument(query), undefined, { maxErrors: 10 });
      return errors.length === 0 ? null : resultJson({ errors });
    } catch (error) {
      if (error instanceof GraphQLError) return resultJson({ errors: [error] });
      throw error;
    }
  },

  subscription: liveQuery,
};
