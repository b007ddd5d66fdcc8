// What is used of graphql-yoga. Its own types bring in a browser's (`/// <reference lib="dom" />` in what it stands on), which contradict those of Workers in the whole program.
import type { DocumentNode, GraphQLError, GraphQLSchema } from "graphql";

/** An answer; `stringify` gives the text of one that is text already. */
export interface YogaResult {
  errors?: readonly GraphQLError[];
  stringify?: () => string;
}

type ResultProcessor = (result: YogaResult | YogaResult[], fetchAPI: unknown) => Response;

export interface YogaPlugin<Context> {
  onRequestParse(payload: { serverContext: Context; setRequestParser(parser: (request: Request) => Promise<object>): void }): void;
  onParams(payload: { params: object; setResult(result: YogaResult): void }): void;
  onParse(payload: { context: Context & { params: object }; setParsedDocument(document: DocumentNode): void }): void;
  onValidate(payload: { setResult(errors: readonly GraphQLError[]): void }): void;
  onExecute(payload: { context: Context & { params: object }; setExecuteFn(execute: () => Promise<YogaResult>): void }): void;
  onResultProcess(payload: {
    request: Request;
    serverContext: Context;
    setResultProcessor(process: ResultProcessor, media_type: string): void;
  }): void;
}

export interface YogaOptions<Context> {
  schema: GraphQLSchema;
  plugins: YogaPlugin<Context>[];
  batching: { limit: number };
  maskedErrors: { maskError: (error: unknown) => GraphQLError; errorMessage: string };
  maxRequestBodySize: false;
  parserAndValidationCache: false;
  multipart: false;
  cors: false;
  graphiql: false;
  landingPage: false;
  logging: false;
  healthCheckEndpoint: string;
}

export function createYoga<Context>(options: YogaOptions<Context>): { handleRequest(request: Request, context: Context): Promise<Response> };

/** The answer as JSON, its status from the errors' `extensions.http`. */
export function processRegularResult(result: YogaResult | YogaResult[], fetchAPI: unknown, media_type: string): Response;
