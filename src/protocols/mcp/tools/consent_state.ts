import { CONSENT_MS } from "../../../domain/mcp/consent.ts";
import type { McpHost } from "../../../domain/mcp/executor.ts";
import { ownerOf } from "../../../domain/principal.ts";
import type { ToolCall } from "./tool_call.ts";

/** What a state says of the question that it was made for. */
export type OpenedConsent =
  | {
      judged: "valid";
      /** What makes one consent one change: the key that the call was asked about with, else one of the question's own. */
      idempotency_key: string;
    }
  | { judged: "expired" | "foreign" };

/** Expiry, what tells this question from any other, the key that it was asked with, signature. */
const PARTS = 4;

/**
 * What comes back with the person's answer, from the client that asked them (MCP 2026-07-28, basic/patterns/mrtr) or as the code that a model was refused with: when it expires, a random
 * part, and the idempotency key of the call that asked, signed together with the operation, its input and who asks. What it is about is not in it: that is read from the call it comes with, so another call does not fit.
 */
export function sealConsent(call: ToolCall, idempotency_key: string | undefined, host: McpHost): string {
  const said = [String(host.now + CONSENT_MS), crypto.randomUUID(), encode(idempotency_key ?? null)].join(".");
  return `${said}.${host.sign(signedText(call, host, said))}`;
}

/** Whether a text is spelled as a state is: every other is foreign to every call. */
export function looksSealed(text: unknown): text is string {
  return typeof text === "string" && text.split(".", PARTS + 1).length === PARTS;
}

/** Whether a state was made for this call of this principal. A key that the answer comes with counts for nothing: it would make one consent many changes. */
export function openConsent(state: string, call: ToolCall, host: McpHost): OpenedConsent {
  if (!looksSealed(state)) return { judged: "foreign" };
  const parts = state.split(".");
  const [expires = "", nonce = "", asked_with = "", signature = ""] = parts;
  const said = parts.slice(0, PARTS - 1).join(".");
  const text = signedText(call, host, said);
  // One signature has one spelling: base64url has several for the same bytes.
  if (!host.verify(text, signature) || host.sign(text) !== signature) return { judged: "foreign" };
  if (Number(expires) <= host.now) return { judged: "expired" };
  return { judged: "valid", idempotency_key: decode(asked_with) ?? `consent.${nonce}` };
}

/** `said` is in it as it is spelled, so that a state has one spelling only. */
function signedText({ operation, input, expected_version }: ToolCall, { principal }: McpHost, said: string): string {
  return canonicalJson(["consent", operation.name, input ?? {}, expected_version ?? null, ownerOf(principal), said]);
}

/** Without dots. */
function encode(key: string | null): string {
  return encodeURIComponent(JSON.stringify(key)).replaceAll(".", "%2E");
}

function decode(text: string): string | null {
  return JSON.parse(decodeURIComponent(text)) as string | null;
}

/** The same text for the same value, in whatever order its names come. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) => {
    if (typeof part !== "object" || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
}
