import type { AnyOperation } from "../../../domain/operation.ts";
import type { JsonSchema } from "../json_schema.ts";
import { annotationsOf, type ToolAnnotations } from "./annotations.ts";
import { inputSchemaOf } from "./input_schema.ts";
import { toolNameOf } from "./names.ts";
import { needsConfirmation } from "./needs_confirmation.ts";
import { outputSchemaOf } from "./output_schema.ts";
import { EXPECTED_VERSION, takesVersion } from "./version.ts";

/** A tool as `tools/list` shows it. */
export interface Tool {
  name: string;
  title: string;
  description: string;
  inputSchema: JsonSchema;
  outputSchema?: JsonSchema;
  annotations: ToolAnnotations;
}

export const CONFIRM: JsonSchema = { type: "string", description: "The code from the refusal, once the person agreed" };

/** The tool that an operation is. */
export function toolOf(operation: AnyOperation): Tool {
  return {
    name: toolNameOf(operation),
    title: operation.summary,
    description: descriptionOf(operation),
    inputSchema: withControls(operation),
    outputSchema: outputSchemaOf(operation),
    annotations: annotationsOf(operation),
  };
}

/** What a model is told of an operation. */
export function descriptionOf({ summary, description, mcp, cost }: AnyOperation): string {
  const text = mcp?.description ?? description ?? `${summary}.`;
  return cost > 1 ? `${text} Costs ${cost}.` : text;
}

/** The operation's own input, and what is said of the call beside it. */
export function withControls(operation: AnyOperation): JsonSchema {
  const schema = inputSchemaOf(operation);
  return {
    ...schema,
    properties: {
      ...schema.properties,
      ...(takesVersion(operation) ? { expected_version: EXPECTED_VERSION } : {}),
      ...(needsConfirmation(operation) ? { confirm: CONFIRM } : {}),
    },
  };
}
