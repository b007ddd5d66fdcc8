import type { McpReply } from "../../../domain/mcp/command.ts";
import { MCP_ERROR, McpError, TASKS_EXTENSION, type McpObject } from "../../../domain/mcp/message.ts";
import { ownerOf } from "../../../domain/principal.ts";
import type { Engine, Grant } from "../../core/engine.ts";
import { takesTasks, type AskedRequest } from "./asked_request.ts";
import type { CallStore } from "./call_store.ts";
import { outOfScope, outOfView } from "./call_access.ts";
import type { Calls } from "./calls.ts";
import type { KeptCall } from "./kept_call.ts";
import { toDetailedTask } from "./task.ts";

const METHODS: ReadonlySet<string> = new Set(["tasks/get", "tasks/update", "tasks/cancel"]);

/** Answers the methods of the tasks extension. A task is its owner's alone: to anybody else there is no such task. Throws OperationError where its owner may not have it here, or any more. */
export class Tasks {
  constructor(
    private readonly engine: Engine,
    private readonly store: CallStore,
    private readonly calls: Calls,
  ) {}

  /** Null for what is no method of tasks; a session has none. */
  async answer({ request, client, view }: AskedRequest, grant: Grant, now: number): Promise<McpReply | null> {
    if (request.session_id !== null || !METHODS.has(request.method)) return null;
    try {
      if (!takesTasks(request, client)) {
        const requiredCapabilities = { extensions: { [TASKS_EXTENSION]: {} } };
        throw new McpError(MCP_ERROR.missing_capability, `Declare the extension ${TASKS_EXTENSION} to use tasks`, { requiredCapabilities });
      }
      const call = this.require(request.params, ownerOf(grant.principal));
      const refused = outOfView(call, view) ?? (request.method === "tasks/get" ? outOfScope(call, grant.principal) : null);
      if (refused) throw refused;
      return { kind: "result", result: await this.serve(request.method, call, request.params, grant, now), notifications: [] };
    } catch (error) {
      if (error instanceof McpError) return { kind: "error", error: error.toObject() };
      throw error;
    }
  }

  private async serve(method: string, call: KeptCall, { inputResponses }: McpObject, grant: Grant, now: number): Promise<McpObject> {
    if (method === "tasks/get") return toDetailedTask(call);
    if (method === "tasks/cancel") await this.engine.turn(() => this.cancel(call.id, grant, now));
    else if (typeof inputResponses !== "object" || inputResponses === null)
      throw new McpError(MCP_ERROR.invalid_params, "inputResponses must be an object");
    // What a task needs to know was asked before it began: answers to anything else are ignored.
    return { resultType: "complete" };
  }

  private cancel(id: string, grant: Grant, now: number): void {
    const call = this.store.findOpen(id);
    if (call) this.calls.cancel(call, grant, now);
  }

  private require({ taskId }: McpObject, owner: string): KeptCall {
    if (typeof taskId !== "string") throw new McpError(MCP_ERROR.invalid_params, "taskId must be the id of a task");
    const call = this.store.find(taskId);
    if (call?.is_task && call.owner === owner) return call;
    throw new McpError(MCP_ERROR.invalid_params, "No such task: it never was, or its time is over");
  }
}
