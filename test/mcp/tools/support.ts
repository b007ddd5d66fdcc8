import type { Failure } from "../../../src/domain/errors.ts";
import { modernHeaders, modernMessage, post } from "../http/support.ts";

/** What a tool answered, as the tests read it. */
export interface ToolReply {
  status: number;
  /** JSON-RPC's, where it is one. */
  error?: { code: number; message: string; data?: { code?: string; details?: Record<string, unknown> } };
  is_error: boolean;
  text: string;
  content: { type: string; text?: string; uri?: string }[];
  value: Record<string, unknown>;
  /** The catalogue's error of a failed call. */
  failure: Failure | undefined;
  meta: Record<string, unknown>;
  /** What the server asks for, and the state to bring back. */
  asked: { requests: Record<string, { method: string; params: { message: string; requestedSchema: unknown } }>; state: string } | null;
}

export interface Calling {
  key: string;
  path?: string;
  capabilities?: Record<string, unknown>;
  /** Beside name and arguments: `_meta`, `inputResponses`, `requestState`. */
  params?: Record<string, unknown>;
}

/** `tools/call` over HTTP, in the stateless revision. */
export async function callTool(name: string, given: unknown, { key, path = "/mcp", capabilities = {}, params = {} }: Calling): Promise<ToolReply> {
  const message = modernMessage("tools/call", { name, arguments: given, ...params }, capabilities);
  const { status, body } = await post(message, { key, path, headers: modernHeaders("tools/call", name) });
  const result = (body.result ?? {}) as Record<string, unknown>;
  const content = (result.content ?? []) as ToolReply["content"];
  const value = (result.structuredContent ?? {}) as Record<string, unknown>;
  return {
    status,
    ...(body.error ? { error: body.error } : {}),
    is_error: result.isError === true,
    text: content.find(({ type }) => type === "text")?.text ?? "",
    content,
    value,
    failure: result.isError === true ? (value.error as Failure) : undefined,
    meta: (result._meta ?? {}) as Record<string, unknown>,
    asked:
      result.resultType === "input_required"
        ? { requests: result.inputRequests as NonNullable<ToolReply["asked"]>["requests"], state: result.requestState as string }
        : null,
  };
}

/** What a refusal says to call again with, once the person agreed. */
export const codeIn = ({ failure }: ToolReply): string => failure?.details.confirm as string;

/** A call by a client that cannot ask the person itself: where the tool refuses until they agree, the call again with its code. */
export async function callAgreed(name: string, given: object, calling: Calling): Promise<ToolReply> {
  const reply = await callTool(name, given, calling);
  return codeIn(reply) === undefined ? reply : callTool(name, { ...given, confirm: codeIn(reply) }, calling);
}

export interface ListedTool {
  name: string;
  title: string;
  description: string;
  inputSchema: Record<string, unknown> & { properties: Record<string, unknown> };
  outputSchema: Record<string, unknown>;
  annotations: Record<string, boolean>;
}

/** All pages of `tools/list`. */
export async function listTools(key: string, path = "/mcp"): Promise<{ tools: ListedTool[]; pages: number; first: Record<string, unknown> }> {
  const tools: ListedTool[] = [];
  let cursor: string | undefined;
  let pages = 0;
  let first: Record<string, unknown> = {};
  do {
    const message = modernMessage("tools/list", cursor === undefined ? {} : { cursor });
    const { body } = await post(message, { key, path, headers: modernHeaders("tools/list") });
    if (!body.result) throw new Error(JSON.stringify(body));
    if (pages++ === 0) first = body.result;
    tools.push(...(body.result.tools as ListedTool[]));
    cursor = body.result.nextCursor as string | undefined;
  } while (cursor !== undefined);
  return { tools, pages, first };
}
