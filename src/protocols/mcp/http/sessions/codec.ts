import { resultTextOf } from "../../../../domain/mcp/answer_text.ts";
import type { McpResultReply } from "../../../../domain/mcp/command.ts";
import { MCP_ERROR, type McpObject } from "../../../../domain/mcp/message.ts";
import { objectOf } from "../../objects.ts";
import type { SessionVersion } from "./versions.ts";

const LATEST: SessionVersion = "2025-11-25";

/** What results of the stateless revision alone say. */
const STATELESS_FIELDS = ["resultType", "ttlMs", "cacheScope"];

/** Fields of what is listed, by the revision that they came with. Resources had annotations from the beginning. */
const FIELDS_SINCE: readonly [since: SessionVersion, fields: readonly string[], list?: string][] = [
  ["2025-03-26", ["annotations"], "tools"],
  ["2025-06-18", ["title", "outputSchema", "_meta"]],
  ["2025-11-25", ["icons", "execution"]],
];

const LISTS = ["tools", "resources", "resourceTemplates", "prompts"];

/** A result as a client of this revision knows it: what came later is left out, or said in older words. */
export function encodeResult(result: McpObject, version: SessionVersion): McpObject {
  const encoded = without(result, STATELESS_FIELDS);
  if (version === LATEST) return encoded;
  for (const list of LISTS) {
    const items = encoded[list];
    if (Array.isArray(items)) encoded[list] = items.map((item) => encodeListed(objectOf(item), list, version));
  }
  if (version < "2025-06-18") delete encoded.structuredContent;
  if (Array.isArray(encoded.content)) encoded.content = encoded.content.map((item) => encodeContent(objectOf(item), version));
  if (Array.isArray(encoded.messages)) {
    encoded.messages = encoded.messages.map((message) => {
      const { content, ...rest } = objectOf(message);
      return { ...rest, content: encodeContent(objectOf(content), version) };
    });
  }
  return encoded;
}

/** A result as JSON text, where a client of this revision knows all that the actor wrote; else null. */
export function encodeResultText(reply: McpResultReply, version: SessionVersion): string | null {
  return version === LATEST ? resultTextOf({ ...reply, result: without(reply.result, STATELESS_FIELDS) }) : null;
}

/** A message of a stream: an answer, a notification, or what the server asks. */
export function encodeMessage(message: McpObject, version: SessionVersion): McpObject {
  if (message.result !== undefined) return { ...message, result: encodeResult(objectOf(message.result), version) };
  if (message.error !== undefined) return { ...message, error: encodeError(objectOf(message.error)) };
  if (version < "2025-03-26" && message.method === "notifications/progress") {
    return { ...message, params: without(objectOf(message.params), ["message"]) };
  }
  return message;
}

/** A resource that there is not had a code of its own in all revisions with sessions. */
function encodeError(error: McpObject): McpObject {
  const { code, uri } = objectOf(error.data);
  const no_resource = error.code === MCP_ERROR.invalid_params && code === "NOT_FOUND" && uri !== undefined;
  return no_resource ? { ...error, code: MCP_ERROR.resource_not_found } : error;
}

/** What the server is and can do, as `initialize` tells it. */
export function encodeServer(server: McpObject, capabilities: McpObject, version: SessionVersion): McpObject {
  return {
    serverInfo: version < "2025-06-18" ? without(server, ["title"]) : server,
    capabilities: version < "2025-03-26" ? without(capabilities, ["completions"]) : capabilities,
  };
}

function encodeListed(item: McpObject, list: string, version: SessionVersion): McpObject {
  const later = FIELDS_SINCE.filter(([since, , only_in = list]) => version < since && only_in === list);
  return without(
    item,
    later.flatMap(([, fields]) => fields),
  );
}

/** One block of content. Kinds that a client does not know would make it refuse the whole answer. */
function encodeContent(content: McpObject, version: SessionVersion): McpObject {
  if (content.type === "resource_link" && version < "2025-06-18") {
    const { uri, name, description } = content;
    return { type: "text", text: [name, description, uri].filter((part) => typeof part === "string").join("\n") };
  }
  if (content.type === "audio" && version < "2025-03-26")
    return { type: "text", text: "(A sound, which this revision of the protocol cannot carry)" };
  return content.type === "resource_link" && version < "2025-11-25" ? without(content, ["icons"]) : content;
}

function without(object: McpObject, fields: readonly string[]): McpObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !fields.includes(name)));
}
