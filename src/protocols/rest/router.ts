import { Hono } from "hono";
import { OperationError, type Failure } from "../../domain/errors.ts";
import type { Execute } from "../../domain/execute.ts";
import type { AnyOperation } from "../../domain/operation.ts";
import { readIdempotencyKey } from "../idempotency_key.ts";
import { limitHeaders } from "../rate_limit_headers.ts";
import { readJsonBody } from "./body.ts";
import { etagOf, noneMatchHits, preconditionRequired, readIfMatch } from "./conditions.ts";
import { eventStreamResponse, wantsJson } from "./event_stream.ts";
import { readQuery } from "./query.ts";
import { errorResponse, jsonResponse } from "./respond.ts";
import { pickFields, readFields } from "./sparse_fields.ts";
import type { RestVersion } from "./versions/version.ts";

/** What the edge gives to a REST request. */
export interface RestBindings {
  execute: Execute;
  /** Tells the edge which operation ran and how it ended, for the log line. */
  report: (operation: string, failure: Failure | null) => void;
  /** Opens the inner socket of the event stream that the request asks for. */
  openStream: () => Promise<WebSocket | null>;
}

type RestApp = Hono<{ Bindings: RestBindings }>;

/** Routes of one version from the operations' REST bindings, relative to its base path. */
export function restRouter(version: RestVersion, operations: readonly AnyOperation[]): RestApp {
  // The base path (/v1, /api/v2, …) is cut off here: copying the request under another URL would cost more than all the rest of the routing.
  const app: RestApp = new Hono({ getPath: (request) => pathBelow(request.url) });
  const methodsByPath = new Map<string, Set<string>>();
  // Fixed paths (`/products/lookup`) before ones with parameters (`/products/{product_id}`), whatever the registry's order.
  const ordered = operations.toSorted((a, b) => Number(a.rest.path.includes("{")) - Number(b.rest.path.includes("{")));
  for (const operation of ordered) {
    const path = operation.rest.path.replaceAll(/\{(\w+)\}/g, ":$1");
    const handle = operationHandler(version, operation);
    app.on(operation.rest.method.toUpperCase(), path, (context) => handle(context.req.raw, context.req.param(), context.env));
    const methods = methodsByPath.get(path) ?? methodsByPath.set(path, new Set()).get(path)!;
    methods.add(operation.rest.method.toUpperCase());
    if (operation.rest.method === "get") methods.add("HEAD");
  }
  for (const [path, methods] of methodsByPath) {
    const allow = [...methods, "OPTIONS"].join(", ");
    app.all(path, (context) =>
      errorResponse(
        { code: "METHOD_NOT_ALLOWED", message: `${context.req.method} is not supported here`, details: { allowed: [...methods] } },
        new Headers({ Allow: allow }),
      ),
    );
  }
  app.notFound((context) =>
    errorResponse({ code: "NOT_FOUND", message: `No such route: ${context.req.method} ${context.req.path}`, details: { documentation: "/docs" } }),
  );
  return app;
}

/** The path after `/api/v1` and its like. */
function pathBelow(url: string): string {
  const path = url.slice(url.indexOf("/", 8)).split(/[?#]/, 1)[0]!;
  return path.replace(/^(?:\/api)?\/v\d/, "") || "/";
}

function queryOf(url: string): URLSearchParams {
  const start = url.indexOf("?");
  return new URLSearchParams(start === -1 ? "" : url.slice(start + 1));
}

/** The one operation whose REST route is a stream unless JSON is asked for. */
const STREAMED = "events.list";

function withHeaders(response: Response, headers: Headers): Response {
  for (const [name, value] of headers) response.headers.set(name, value);
  return response;
}

function operationHandler(version: RestVersion, operation: AnyOperation) {
  const fields = version.fields(operation);
  const inQuery = operation.rest.method === "get" || operation.rest.method === "delete";
  return async (request: Request, params: Record<string, string>, bindings: RestBindings): Promise<Response> => {
    try {
      const query = queryOf(request.url);
      const wanted = readFields(query.get("fields"), fields);
      query.delete("fields");
      query.delete("api_key");
      const input = inQuery
        ? readQuery(query, operation.input, new Set([...version.hidden_inputs, ...Object.keys(params)]))
        : await readInputBody(request, operation, query);
      const if_match = operation.versioned ? readIfMatch(request.headers.get("If-Match")) : null;
      const writes_row = operation.versioned && (operation.effect === "update" || operation.effect === "delete");
      if (writes_row && version.requires_if_match && if_match === null) throw preconditionRequired();
      const decoded = version.decode(operation, { ...input, ...params });
      const result = await bindings.execute(
        [
          {
            operation: operation.name,
            input: decoded,
            ...(operation.effect === "read" ? {} : { idempotency_key: readIdempotencyKey(request.headers.get("Idempotency-Key")) }),
            ...(typeof if_match === "number" ? { expected_version: if_match } : {}),
          },
        ],
        params.organization_id,
      );
      const outcome = result.outcomes[0]!;
      const headers = limitHeaders(result);
      bindings.report(operation.name, outcome.ok ? null : outcome.failure);
      if (!outcome.ok) return errorResponse(rename(version, outcome.failure, inQuery), headers);
      if (outcome.replayed) headers.set("Idempotency-Replayed", "true");
      const version_number = operation.versioned ? versionOf(outcome.value) : null;
      if (version_number !== null) {
        headers.set("ETag", etagOf(version_number));
        if (operation.effect === "read" && noneMatchHits(request.headers.get("If-None-Match"), version_number))
          return new Response(null, { status: 304, headers });
      }
      // The page was read, so the caller may follow: the stream begins where the request says.
      if (operation.name === STREAMED && !wantsJson(request)) {
        const socket = await bindings.openStream();
        if (socket) return withHeaders(eventStreamResponse(socket), headers);
        throw new OperationError("UNAVAILABLE", "The stream could not be opened; retry in a moment", { retry_after_s: 1 });
      }
      const body = version.encode(operation, outcome.value);
      return jsonResponse(operation.rest.status ?? 200, wanted ? pickFields(body, wanted) : body, headers);
    } catch (error) {
      if (!(error instanceof OperationError)) throw error;
      bindings.report(operation.name, error.toFailure());
      return errorResponse(rename(version, error.toFailure(), inQuery));
    }
  };
}

async function readInputBody(request: Request, operation: AnyOperation, query: URLSearchParams): Promise<Record<string, unknown>> {
  const [unknown] = query.keys();
  if (unknown !== undefined)
    throw new OperationError("VALIDATION_ERROR", `Unknown parameter ${unknown}`, {
      field: unknown,
      expected: "no query parameter but fields; send the input in the body",
    });
  const bare = operation.rest.bare_item_of;
  const body = await readJsonBody(request, bare !== undefined);
  return bare !== undefined && !(bare in body) ? { [bare]: [body] } : body;
}

/** Query parameters are flat: `filter.type` was sent as `type`. */
function rename(version: RestVersion, failure: Failure, inQuery: boolean): Failure {
  const { field } = failure.details;
  const flat =
    inQuery && typeof field === "string" && field.startsWith("filter.")
      ? { ...failure, details: { ...failure.details, field: field.slice(7) } }
      : failure;
  return version.failure(flat);
}

function versionOf(value: unknown): number | null {
  return typeof value === "object" && value !== null && "version" in value && typeof value.version === "number" ? value.version : null;
}
