import type { McpExecutor } from "../../domain/mcp/executor.ts";
import { MCP_ERROR, McpError } from "../../domain/mcp/message.ts";
import { complete } from "./completion.ts";
import type { McpMethod } from "./method.ts";
import type { MethodName } from "./methods.ts";
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

const ANSWERS: Readonly<Record<MethodName, McpMethod>> = {
  "tools/list": listTools,
  "tools/call": callTool,
  "resources/list": listResources,
  "resources/templates/list": listResourceTemplates,
  "resources/read": readResource,
  "resources/subscribe": subscribeResource,
  "resources/unsubscribe": unsubscribeResource,
  "prompts/list": listPrompts,
  "prompts/get": getPrompt,
  "completion/complete": complete,
};

/** The protocol's side of an organization's actor. */
export const mcpExecutor: McpExecutor = {
  prepare(execution) {
    const { method } = execution;
    if (!Object.hasOwn(ANSWERS, method)) throw new McpError(MCP_ERROR.method_not_found, `Method not found: ${method}`);
    return ANSWERS[method as MethodName](execution);
  },
  waiting: waitingFor,
  cancel: cancelWork,
  topicOf,
  changesOf,
};
