import { OperationError, type Failure } from "../errors.ts";
import { MCP_ERROR, type McpErrorObject } from "./message.ts";

/** A failure of the catalogue as a JSON-RPC error: `data` has its code and details. */
export function toMcpError({ code, message, details }: Failure): McpErrorObject {
  return { code: NUMBERS[code] ?? MCP_ERROR.server, message, data: { code, details } };
}

/** Also of another's session. The client opens a new one when it hears this. */
export function noSuchSession(): OperationError {
  return new OperationError("NOT_FOUND", "No such session: it ended, or was never opened here; open a new one with initialize", {
    resource: "session",
  });
}

const NUMBERS: Partial<Record<Failure["code"], number>> = {
  VALIDATION_ERROR: MCP_ERROR.invalid_params,
  INTERNAL_ERROR: MCP_ERROR.internal,
};
