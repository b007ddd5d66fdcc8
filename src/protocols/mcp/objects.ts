import type { McpObject } from "../../domain/mcp/message.ts";

export function isObject(value: unknown): value is McpObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value, or an object without fields where it is none. */
export function objectOf(value: unknown): McpObject {
  return isObject(value) ? value : {};
}
