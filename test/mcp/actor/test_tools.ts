import { afterEach, beforeEach, vi } from "vitest";
import { OperationError } from "../../../src/domain/errors.ts";
import type { McpExecution, McpExecutor, McpHost, McpOutcome, McpPrepared } from "../../../src/domain/mcp/executor.ts";
import { MCP_ERROR, McpError, type McpObject } from "../../../src/domain/mcp/message.ts";
import { holdsScope } from "../../../src/domain/principal.ts";
import { mcpExecutor } from "../../../src/protocols/mcp/executor.ts";

/** How far the work of `work` is: a product's metadata, so that a test moves it on by changing the product. */
interface Work {
  progress: number;
  done?: boolean;
}

const elicitation = { method: "elicitation/create", params: { message: "Sure?", requestedSchema: { type: "object", properties: {} } } };
const sampling = { method: "sampling/createMessage", params: { messages: [] } };

function createProduct(host: McpHost, input: McpObject = {}): string {
  const outcome = host.call({ operation: "products.create", input: { title: "Made by a tool", ...input } });
  if (!outcome.ok) throw new OperationError(outcome.failure.code, outcome.failure.message, outcome.failure.details);
  return (outcome.value as { id: string }).id;
}

const result = (value: McpObject): McpOutcome => ({ kind: "result", result: value });

const TOOLS: Record<string, { cost: number; writes: boolean; run(execution: McpExecution, host: McpHost): McpOutcome }> = {
  look: {
    cost: 0,
    writes: false,
    run: ({ view, client }, { charged }) => result({ view, client: client.info, charged }),
  },
  read: {
    cost: 3,
    writes: false,
    run: (_execution, host) => result({ found: host.call({ operation: "products.list", input: {} }).ok, charged: host.charged }),
  },
  create: { cost: 1, writes: true, run: (_execution, host) => result({ id: createProduct(host) }) },
  work: {
    cost: 1,
    writes: true,
    run: ({ may_wait }, host) => {
      const subject = createProduct(host, { metadata: { progress: 0 } });
      return may_wait ? { kind: "wait", subject } : result({ subject });
    },
  },
  /** Asks once, and then makes a product. */
  confirm: {
    cost: 5,
    writes: true,
    run: ({ input }, host) => {
      if (!input) return { kind: "input_required", requests: { ok: elicitation }, state: "asked" };
      const { action } = input.responses.ok as { action: string };
      return result({ action, state: input.state, charged: host.charged, ...(action === "accept" ? { id: createProduct(host) } : {}) });
    },
  },
  two_questions: {
    cost: 0,
    writes: false,
    run: ({ input }) => (input ? result({ responses: input.responses }) : { kind: "input_required", requests: { elicitation, sampling }, state: "" }),
  },
  /** Never has enough. */
  asks_again: { cost: 0, writes: false, run: () => ({ kind: "input_required", requests: { ok: elicitation }, state: "" }) },
  confirmed_work: {
    cost: 1,
    writes: true,
    run: ({ input }, host) =>
      input
        ? { kind: "wait", subject: createProduct(host, { metadata: { progress: 0 } }) }
        : { kind: "input_required", requests: { ok: elicitation }, state: "" },
  },
  refused: {
    cost: 2,
    writes: false,
    run: () => {
      throw new OperationError("CONFLICT", "It collides", { with: "something" });
    },
  },
  wrong: {
    cost: 2,
    writes: false,
    run: () => {
      throw new McpError(MCP_ERROR.invalid_params, "Not like this");
    },
  },
  broken: {
    cost: 2,
    writes: false,
    run: () => {
      throw new Error("a secret of ours");
    },
  },
};

function prepare(execution: McpExecution): McpPrepared {
  if (execution.method === "resources/subscribe" || execution.method === "resources/unsubscribe")
    return { ...FREE, run: (host) => subscribe(execution, host) };
  const tool = execution.method === "tools/call" ? TOOLS[String(execution.params.name)] : undefined;
  if (!tool) throw new McpError(MCP_ERROR.method_not_found, `Method not found: ${execution.method}`);
  return { cost: tool.cost, writes: tool.writes, operations: [String(execution.params.name)], run: (host) => tool.run(execution, host) };
}

const FREE = { cost: 0, writes: false, operations: [] };

function subscribe({ method, params }: McpExecution, host: McpHost): McpOutcome {
  if (method === "resources/subscribe") host.subscribe(String(params.uri));
  else host.unsubscribe(String(params.uri));
  return result({});
}

const waiting: McpExecutor["waiting"] = (_execution, subject, host) => {
  const outcome = host.call({ operation: "products.get", input: { product_id: subject } });
  if (!outcome.ok) throw new OperationError(outcome.failure.code, outcome.failure.message, outcome.failure.details);
  const { progress, done } = (outcome.value as { metadata: unknown }).metadata as Work;
  if (done) return { done: true, result: { progress, charged: host.charged } };
  return { done: false, progress, total: 10, message: `${progress} of 10`, ...(progress === 9 ? { result: { so_far: 9 } } : {}) };
};

const EXECUTOR: McpExecutor = {
  prepare,
  waiting,
  cancel: (_execution, subject, host) => void host.call({ operation: "products.delete", input: { product_id: subject } }),
  topicOf(uri, principal) {
    if (uri.startsWith("test://products")) return holdsScope(principal, "products:read") ? "products" : null;
    return uri === "test://exports" && holdsScope(principal, "exports:read") ? "exports" : null;
  },
  changesOf(type) {
    if (type.startsWith("export.")) return { topics: ["exports"], lists: [] };
    return type.startsWith("product.") ? { topics: ["products"], lists: type === "product.created" ? ["resources"] : [] } : { topics: [], lists: [] };
  },
};

/**
 * Tools that a test moves by hand, in the place of the product's. Two hazards: the actor shares its modules with the test, so a timer of an actor that outlives its test runs the product's
 * executor on rows that these tools made; and whoever takes a function out of mcpExecutor before a test begins goes on with the product's.
 */
export function useTestTools(): void {
  beforeEach(() => {
    vi.spyOn(mcpExecutor, "prepare").mockImplementation(EXECUTOR.prepare);
    vi.spyOn(mcpExecutor, "waiting").mockImplementation(EXECUTOR.waiting);
    vi.spyOn(mcpExecutor, "cancel").mockImplementation(EXECUTOR.cancel);
    vi.spyOn(mcpExecutor, "topicOf").mockImplementation(EXECUTOR.topicOf);
    vi.spyOn(mcpExecutor, "changesOf").mockImplementation(EXECUTOR.changesOf);
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
}
