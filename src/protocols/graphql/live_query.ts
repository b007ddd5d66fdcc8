import { executeSubscriptionEvent, validateSubscriptionArgs, type ExecutionResult, type ValidatedSubscriptionArgs } from "graphql";
import { roomForLiveAnswer, type Document, type DocumentHost, type LiveAnswer, type LiveQuery } from "../../domain/documents.ts";
import { Answer } from "./answer.ts";
import { liveAnswerJson } from "./answer_length.ts";
import { Cohorts } from "./cohorts.ts";
import { parseDocument } from "./parsed_documents.ts";
import { failureOf } from "./result_json.ts";
import type { GraphqlContext } from "./schema/context.ts";
import { errorOf } from "./schema/failures.ts";
import { crowSchema } from "./schema/index.ts";
import type { EventSource, Source, StateSource } from "./subscriptions/subscription.ts";
import type { SubscriptionRoot } from "./subscriptions/subscription_field.ts";

/** Reads a subscription; throws OperationError for bad arguments. */
export function liveQuery(document: Document): LiveQuery {
  const valid = validateSubscriptionArgs({
    schema: crowSchema(),
    document: parseDocument(document.query),
    variableValues: document.variables,
    operationName: document.operation_name,
  });
  if (!("schema" in valid)) throw errorOf(failureOf(valid[0]!));
  const source = sourceOf(valid);
  const { scope } = source;
  const common = { scope, concerns: (type: string, subject: string) => source.concerns(type, subject) };
  const never = (): never => {
    throw new Error(`Not what a subscription to ${source.kind} is asked`);
  };
  if (source.kind === "events")
    return {
      ...common,
      kind: "events",
      per_credential: false,
      follows_usage: false,
      interval_ms: 0,
      after: source.after,
      tell: (events, host) => tell(valid, source, events, host),
      show: never,
    };
  return {
    ...common,
    kind: "state",
    per_credential: source.per_credential ?? false,
    follows_usage: source.follows_usage ?? false,
    interval_ms: source.interval_ms,
    after: null,
    tell: never,
    show: (host, sequence) => show(valid, source, host, String(sequence)),
  };
}

/** Runs the document once for its arguments alone. */
function sourceOf(valid: ValidatedSubscriptionArgs): Source {
  let source: Source | undefined;
  const root: SubscriptionRoot = {
    begin(found) {
      source = found;
      return null;
    },
  };
  const { errors } = run(valid, root);
  if (errors?.[0]) throw errorOf(failureOf(errors[0]));
  if (!source) throw errorOf({ code: "VALIDATION_ERROR", message: "The subscription selects nothing", details: {} });
  return source;
}

function tell(valid: ValidatedSubscriptionArgs, source: EventSource, events: Parameters<LiveQuery["tell"]>[0], host: DocumentHost): LiveAnswer[] {
  const cohorts = new Cohorts(host);
  let values: ReturnType<EventSource["values"]>;
  try {
    values = source.values(events, host);
  } catch (error) {
    return [answer(valid, events[0]!.id, { answer: () => rethrow(error) }, contextOf(host, cohorts), true)];
  }
  cohorts.begin(values.map(({ value }) => value));
  return values.map(({ id, value }) => answer(valid, id, { answer: () => value }, contextOf(host, cohorts), false));
}

function show(valid: ValidatedSubscriptionArgs, source: StateSource, host: DocumentHost, id: string): LiveAnswer {
  const cohorts = new Cohorts(host);
  try {
    const { value, final } = source.state(host);
    cohorts.begin(value);
    return answer(valid, id, { answer: () => value }, contextOf(host, cohorts), final);
  } catch (error) {
    return answer(valid, id, { answer: () => rethrow(error) }, contextOf(host, cohorts), true);
  }
}

function answer(valid: ValidatedSubscriptionArgs, id: string, root: SubscriptionRoot, context: GraphqlContext, final: boolean): LiveAnswer {
  const json = liveAnswerJson(context.answer, run(valid, root, context), { sequence: id });
  return { id, json, content_length: json.lastIndexOf(',"extensions":'), final };
}

function run(valid: ValidatedSubscriptionArgs, rootValue: SubscriptionRoot, contextValue?: GraphqlContext): ExecutionResult {
  const result = executeSubscriptionEvent({ ...valid, rootValue, contextValue });
  if (result instanceof Promise) throw new Error("A resolver is not synchronous");
  return result as ExecutionResult;
}

function contextOf(host: DocumentHost, cohorts: Cohorts): GraphqlContext {
  return { host, cohorts, answer: new Answer(roomForLiveAnswer()), replayed: [], idempotencyKey: () => undefined };
}

function rethrow(error: unknown): never {
  throw error;
}
