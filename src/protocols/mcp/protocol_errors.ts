import type { Failure } from "../../domain/errors.ts";
import { toMcpError } from "../../domain/mcp/failure.ts";
import { MCP_ERROR, McpError } from "../../domain/mcp/message.ts";
import { holdsScope, type Principal } from "../../domain/principal.ts";
import type { Scope } from "../../domain/scopes.ts";

/** No resource has this URI, or not for this credential. Says nothing of whether it exists elsewhere. */
export function resourceNotFound(uri: string): McpError {
  return new McpError(MCP_ERROR.invalid_params, "Resource not found", { code: "NOT_FOUND", uri, details: { resource: "resource" } });
}

/** A parameter that does not do. `field` is dotted, as the client wrote it. */
export function invalidParameter(field: string, expected: string, message = `Invalid ${field}`): McpError {
  return new McpError(MCP_ERROR.invalid_params, message, { code: "VALIDATION_ERROR", details: { field, expected } });
}

/** Why an operation did not answer, as a JSON-RPC error with the catalogue's code. */
export function failed(failure: Failure): McpError {
  const { code, message, data } = toMcpError(failure);
  return new McpError(code, message, data);
}

/** The first of these that the credential does not have. */
export function missingScope(principal: Principal, scopes: readonly Scope[]): Scope | undefined {
  return scopes.find((scope) => !holdsScope(principal, scope));
}

/** Throws FORBIDDEN with the first scope that is missing. */
export function requireScopes(principal: Principal, scopes: readonly Scope[]): void {
  const missing = missingScope(principal, scopes);
  if (missing === undefined) return;
  throw failed({ code: "FORBIDDEN", message: `This credential lacks the scope ${missing}`, details: { required_scope: missing } });
}
