import type { Fetcher, FetcherParams, Observable } from "@graphiql/toolkit";
import { getOperationAST, GraphQLError, parse, type OperationDefinitionNode } from "graphql";
import { createClient, type Client, type ExecutionResult, type Sink } from "graphql-ws";

const ENDPOINT = "/graphql";

/** How operations reach the server with one credential: queries and mutations by HTTP, subscriptions by WebSocket. */
export interface Connection {
  fetcher: Fetcher;
  /** Ends what is still subscribed. */
  close: () => void;
}

export function connect(credential: string): Connection {
  const authorization = `Bearer ${credential}`;
  const url = new URL(ENDPOINT, location.href);
  url.protocol = url.protocol.replace("http", "ws");
  // Not tried again: who presses play sees at once why it ended, instead of a gap in what is shown.
  const client = createClient({ url: url.href, connectionParams: { Authorization: authorization }, retryAttempts: 0 });
  return {
    fetcher: ({ query, variables, operationName }) => {
      const operation = chosenOperation(query, operationName);
      const params = { query, variables, operationName: operation?.name?.value };
      return operation?.operation === "subscription" ? subscription(client, params) : post(authorization, params);
    },
    close: () => void client.dispose(),
  };
}

/**
 * The operation that is meant. For a moment after another tab was opened GraphiQL still names the operation of the one before. None where the server
 * has to say what is wrong with the text.
 */
function chosenOperation(query: string, name: FetcherParams["operationName"]): OperationDefinitionNode | null | undefined {
  try {
    const document = parse(query);
    return getOperationAST(document, name) ?? getOperationAST(document);
  } catch {
    return null;
  }
}

async function post(authorization: string, params: FetcherParams): Promise<ExecutionResult> {
  try {
    const response = await fetch(ENDPOINT, {
      method: "POST",
      headers: { Accept: "application/graphql-response+json, application/json", Authorization: authorization, "Content-Type": "application/json" },
      body: JSON.stringify(params),
    });
    return await response.json();
  } catch (error) {
    return problem(`No answer from the API: ${String(error)}`);
  }
}

function subscription(client: Client, params: FetcherParams): Observable<ExecutionResult> {
  const subscribe = (observer: Sink<ExecutionResult>) => ({
    unsubscribe: client.subscribe<Record<string, unknown>>(params, {
      next: (result) => observer.next(result as ExecutionResult),
      error: (error) => observer.error(readable(error)),
      complete: () => observer.complete(),
    }),
  });
  // GraphiQL uses this one of the type's forms.
  return { subscribe } as Observable<ExecutionResult>;
}

/** What GraphiQL can show of why a subscription ended: events have no words of their own. */
function readable(error: unknown): unknown {
  if (error instanceof CloseEvent) return { message: `The connection was closed: ${error.reason || "no reason given"} (${error.code})` };
  if (error instanceof Event) return { message: "No connection to the API" };
  return error;
}

/** A problem on this side, in the form that the server's own have. */
export function problem(message: string): ExecutionResult {
  return { errors: [new GraphQLError(message)] };
}
