import type { McpExecutor } from "../../domain/mcp/executor.ts";
import { MCP_ERROR, McpError } from "../../domain/mcp/message.ts";
import { complete } from "./completion.ts";
import type { McpMethod } from "./method.ts";
import { getPrompt } from "./prompts/get.ts";
import { listPrompts } from "./prompts/list.ts";
import { changesOf } from "./resources/changes.ts";
import { listResources } from "./resources/list.ts";
import { readResource } from "./resources/read.ts";
import { subscribeResource, unsubscribeResource } from "./resources/subscribe.ts";
import { listResourceTemplates } from "./resources/templates.ts";
import { topicOf } from "./resources/topics.ts";
import { callTool } from "./tools/call.ts";
import { listTools } from "./tools/list.ts";
import { cancelWork, waitingFor } from "./tools/waiting.ts";

/** Every method that an organization's data answers; what is about the connection itself is the transport's. */
const METHODS: ReadonlyMap<string, McpMethod> = new Map([
  ["tools/list", listTools],
  ["tools/call", callTool],
  ["resources/list", listResources],
  ["resources/templates/list", listResourceTemplates],
  ["resources/read", readResource],
  ["resources/subscribe", subscribeResource],
  ["resources/unsubscribe", unsubscribeResource],
  ["prompts/list", listPrompts],
  ["prompts/get", getPrompt],
  ["completion/complete", complete],
]);

/** The protocol's side of an organization's actor. */
export const mcpExecutor: McpExecutor = {
  prepare(execution) {
    const method = METHODS.get(execution.method);
    if (!method) throw new McpError(MCP_ERROR.method_not_found, `Method not found: ${execution.method}`);
    return method(execution);
  },
  waiting: waitingFor,
  cancel: cancelWork,
  topicOf,
  changesOf,
};
