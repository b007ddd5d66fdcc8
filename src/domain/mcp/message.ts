/** Parameters and results of JSON-RPC as the Model Context Protocol has them: objects. */
export type McpObject = Record<string, unknown>;

/** Names a request within what its client sends (JSON-RPC 2.0, section 4). */
export type McpRequestId = string | number;

export interface McpNotification {
  method: string;
  params?: McpObject;
}

/** What a server asks of a client: `elicitation/create`, `sampling/createMessage`, `roots/list`. */
export interface McpInputRequest {
  method: string;
  params?: McpObject;
}

/** An error as JSON-RPC has it (section 5.1). */
export interface McpErrorObject {
  code: number;
  message: string;
  data?: unknown;
}

/** The extension by which a client takes a task instead of a result. */
export const TASKS_EXTENSION = "io.modelcontextprotocol/tasks";

export const MCP_ERROR = {
  parse: -32_700,
  invalid_request: -32_600,
  method_not_found: -32_601,
  invalid_params: -32_602,
  internal: -32_603,
  /** Anything else that ours is to say; `data.code` has the catalogue's code. */
  server: -32_000,
  /** Up to revision 2025-11-25; later ones say invalid_params. */
  resource_not_found: -32_002,
  /** The client did not declare a capability that the answer needs (revision 2026-07-28). */
  missing_capability: -32_021,
} as const;

/** Thrown by a method to end its request with a JSON-RPC error; never crosses the RPC. */
export class McpError extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly data?: unknown,
  ) {
    super(message);
  }

  toObject(): McpErrorObject {
    return { code: this.code, message: this.message, ...(this.data === undefined ? {} : { data: this.data }) };
  }
}
