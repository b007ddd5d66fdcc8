import { invalid, OperationError, type Failure } from "../../../domain/errors.ts";
import type { McpExecution, McpHost, McpOutcome, McpPrepared } from "../../../domain/mcp/executor.ts";
import { McpError } from "../../../domain/mcp/message.ts";
import { resultMeta } from "../meta.ts";
import { readResource } from "../resources/read.ts";
import type { TextContent } from "../resources/content.ts";
import { toolError } from "./error.ts";
import { READ_TOOL, shownName } from "./names.ts";
import { isObject, type Fields } from "./render/shapes.ts";
import type { Tool } from "./tool.ts";

/** `read_resource` as it is listed. What it answers is a text, in no structure of ours: it has no output schema. */
export const READ_TOOL_SHOWN: Tool = {
  name: READ_TOOL,
  title: "Read a resource",
  description:
    "Reads a crow:// resource, where this client cannot by itself: crow://organization, crow://catalog/quality, and what search_operations names. Costs what it looks up.",
  inputSchema: {
    type: "object",
    properties: { uri: { type: "string", description: "With values for what is in braces" } },
    required: ["uri"],
    additionalProperties: false,
  },
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
};

/** What `resources/read` answers, as a tool's text. Throws OperationError for a URI that is none. */
export function prepareRead(given: Fields, execution: McpExecution): McpPrepared {
  const { uri, ...unknown } = given;
  const [name] = Object.keys(unknown);
  if (name !== undefined) throw invalid(shownName(name), "uri alone", "Unknown argument");
  const prepared = asOperationError(() => readResource({ ...execution, params: { uri } }));
  return { ...prepared, run: (host) => read(prepared, host) };
}

function read(prepared: McpPrepared, host: McpHost): McpOutcome {
  try {
    const outcome = asOperationError(() => prepared.run(host));
    if (outcome.kind !== "result") return outcome;
    const contents = outcome.result.contents as TextContent[];
    return { kind: "result", result: { content: contents.map(({ text }) => ({ type: "text", text })), _meta: outcome.result._meta } };
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    return { kind: "result", result: toolError(error.toFailure(), null, resultMeta(host)) };
  }
}

/** What is an error of the protocol's where a client reads is the model's to repair here. */
function asOperationError<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof McpError) || !isObject(error.data)) throw error;
    const { code, details } = error.data as Partial<Failure>;
    if (code === undefined) throw error;
    throw new OperationError(code, error.message, details);
  }
}
