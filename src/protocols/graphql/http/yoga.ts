import { ERROR_CATALOGUE } from "../../../domain/errors.ts";
import { limitHeaders } from "../../rate_limit_headers.ts";
import type { GraphqlBindings } from "../bindings.ts";
import { crowSchema } from "../schema/index.ts";
import { preferredJsonType } from "./accept.ts";
import { yogaError } from "./errors.ts";
import { Exchange, OperationParams, type HttpOptions } from "./exchange.ts";
import { createYoga, processRegularResult, type YogaPlugin } from "./graphql_yoga.js";
import { BATCH_MAX } from "./read_request.ts";

interface ServerContext {
  exchange: Exchange;
}

const exchangePlugin: YogaPlugin<ServerContext> = {
  onRequestParse({ serverContext, setRequestParser }) {
    setRequestParser((request) => serverContext.exchange.read(request));
  },
  onParams({ params, setResult }) {
    const prepared = OperationParams.preparedOf(params);
    if (!prepared.ok) setResult({ errors: prepared.errors });
  },
  onParse({ context, setParsedDocument }) {
    const prepared = OperationParams.preparedOf(context.params);
    if (prepared.ok) setParsedDocument(prepared.ast);
  },
  onValidate({ setResult }) {
    setResult([]);
  },
  onExecute({ context, setExecuteFn }) {
    const prepared = OperationParams.preparedOf(context.params);
    if (!prepared.ok) return;
    setExecuteFn(async () => {
      const json = await context.exchange.answer(prepared.document);
      return { stringify: () => json };
    });
  },
  onResultProcess({ request, serverContext, setResultProcessor }) {
    const type = preferredJsonType(request.headers.get("Accept"));
    setResultProcessor((result, fetchAPI) => withOutcome(processRegularResult(result, fetchAPI, type), serverContext.exchange), type);
  },
};

/** What the whole request came to: its limits, and where nothing ran, the status of the reason (to yoga a batch is 200 always). */
function withOutcome(response: Response, { result }: Exchange): Response {
  if (!result) return response;
  const { status } = result.failure ? ERROR_CATALOGUE[result.failure.code] : response;
  const outcome = status === response.status ? response : new Response(response.body, { status, headers: response.headers });
  for (const [name, value] of limitHeaders(result)) outcome.headers.set(name, value);
  return outcome;
}

let server: ReturnType<typeof build> | undefined;

function build() {
  return createYoga<ServerContext>({
    schema: crowSchema(),
    plugins: [exchangePlugin],
    batching: { limit: BATCH_MAX },
    maskedErrors: { maskError: yogaError, errorMessage: "" },
    // The body is bounded where it is read, documents are cached where they are prepared.
    maxRequestBodySize: false,
    parserAndValidationCache: false,
    multipart: false,
    cors: false,
    graphiql: false,
    landingPage: false,
    logging: false,
    // No URL ends so: there is no health check here, whatever a query string ends with.
    healthCheckEndpoint: " ",
  });
}

/**
 * Answers a GraphQL HTTP request. yoga speaks GraphQL over HTTP; all that it would do with a document happens in the Exchange: preparation before the first operation
 * runs, execution in the organization's actor.
 */
export async function handleGraphqlHttp(
  request: Request,
  bindings: GraphqlBindings,
  options: HttpOptions,
): Promise<{ response: Response; exchange: Exchange }> {
  const exchange = new Exchange(bindings, options);
  server ??= build();
  // Not `fetch`, which gives up with the client's connection and calls that an error.
  return { response: await server.handleRequest(request, { exchange }), exchange };
}
