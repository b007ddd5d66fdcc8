import { OperationError, type Failure } from "../../domain/errors.ts";
import type { McpView } from "../../domain/mcp/command.ts";
import { parseMcpPath, type McpPath } from "../../domain/mcp/path.ts";
import { URL_MAX_LENGTH } from "../api.ts";
import { readView } from "./view.ts";

/** What a request's URL and headers ask for. */
export interface Asked {
  path: McpPath;
  view: McpView;
}

/** Reads it, or says why there is no such thing. */
export function readAsked(request: Request, url: URL): Asked | { failure: Failure } {
  if (request.url.length > URL_MAX_LENGTH) {
    const message = `The URL is longer than ${URL_MAX_LENGTH} characters`;
    return { failure: { code: "URI_TOO_LONG", message, details: { limit: URL_MAX_LENGTH } } };
  }
  const path = parseMcpPath(url.pathname);
  if (!path) {
    const expected = "/mcp or /mcp/{organization}, each with /x/{toolset,toolset} and /readonly after it";
    const near = asWritten(url.pathname);
    const message = `There is no MCP server here; ${near === null ? `use ${expected}` : `did you mean ${near}?`}`;
    return { failure: { code: "NOT_FOUND", message, details: { resource: "page", expected } } };
  }
  try {
    return { path, view: readView(path, request.headers) };
  } catch (error) {
    if (error instanceof OperationError) return { failure: error.toFailure() };
    throw error;
  }
}

/** The path with names as ours are written, where that is one of ours: REST writes api-keys what is api_keys here. */
function asWritten(path: string): string | null {
  const written = path.toLowerCase().replaceAll("-", "_");
  const parsed = parseMcpPath(written);
  try {
    return parsed && readView(parsed, new Headers()) && written;
  } catch {
    return null;
  }
}
