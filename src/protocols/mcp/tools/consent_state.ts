import type { McpHost } from "../../../domain/mcp/executor.ts";
import { MINUTE_MS } from "../../../domain/time.ts";
import { idempotencyOwner } from "../../../domain/principal.ts";
import type { ToolCall } from "./tool_call.ts";

/** How long a person has to answer. */
export const CONSENT_MS = 10 * MINUTE_MS;

/**
 * What the client brings back with the person's answer (MCP 2026-07-28, basic/patterns/mrtr): when it expires, signed together with the operation, its input and who asks. What it is
 * about is not in it: that is read from the call it comes with, so another call does not fit.
 */
export function sealConsent(call: ToolCall, host: McpHost): string {
  const expires_at = host.now + CONSENT_MS;
  return `${expires_at}.${host.sign(signedText(call, host, expires_at))}`;
}

/** Whether a state was made for this call of this principal, and when it expires. */
export function openConsent(state: string, call: ToolCall, host: McpHost): "valid" | "expired" | "foreign" {
  const [expires, signature, ...more] = state.split(".");
  const expires_at = Number(expires);
  if (!signature || more.length > 0 || !Number.isSafeInteger(expires_at)) return "foreign";
  const text = signedText(call, host, expires_at);
  // One signature has one spelling, so that a state that was used is known again: base64url has several for the same bytes.
  if (!host.verify(text, signature) || host.sign(text) !== signature || expires !== String(expires_at)) return "foreign";
  return expires_at > host.now ? "valid" : "expired";
}

function signedText({ operation, input, expected_version }: ToolCall, { principal }: McpHost, expires_at: number): string {
  return canonicalJson(["consent", operation.name, input ?? {}, expected_version ?? null, principal.kind, idempotencyOwner(principal), expires_at]);
}

/** The same text for the same value, in whatever order its names come. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) => {
    if (typeof part !== "object" || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
}
