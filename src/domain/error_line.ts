/** A log line for what went wrong on our side, with its stack. `fields` say where: a request's id, a path; never anything that a client sent. */
export function errorLine(fields: Record<string, unknown>, error: unknown): string {
  return JSON.stringify({ level: "error", ...fields, error: errorText(error) });
}

/** What an error says, with its stack where it has one. */
export function errorText(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
