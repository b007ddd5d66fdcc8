import { invalid } from "../../../domain/errors.ts";
import type { OrganizationOperation } from "../operations_in_view.ts";
import { needsConfirmation } from "./needs_confirmation.ts";
import { takesVersion } from "./version.ts";

/** A call of an operation as a model makes it: the operation's own input, and what is said beside it. */
export interface ToolCall {
  operation: OrganizationOperation;
  input: unknown;
  expected_version?: number;
  /** What the model says of the person's consent: anything, of which only the code of a refusal counts. */
  confirm: unknown;
}

/** Takes what is said of the call from a tool's arguments; the rest is the operation's to judge. Throws OperationError for a control that is not acceptable. */
export function readToolCall(operation: OrganizationOperation, given: Readonly<Record<string, unknown>>): ToolCall {
  const input = { ...given };
  const take = (name: string): unknown => {
    const value = input[name];
    delete input[name];
    return value;
  };
  const expected_version = takesVersion(operation) ? take("expected_version") : undefined;
  const confirm = needsConfirmation(operation) ? take("confirm") : undefined;
  return toToolCall(operation, input, expected_version, confirm);
}

/** The same where the controls stand beside the input. One that the operation has no use for is refused, not ignored: it was meant to hold. */
export function toToolCall(operation: OrganizationOperation, input: unknown, expected_version: unknown, confirm: unknown): ToolCall {
  if (expected_version === undefined || expected_version === null) return { operation, input, confirm };
  if (!Number.isSafeInteger(expected_version)) throw invalid("expected_version", "the integer `version` of what you read");
  if (!takesVersion(operation)) throw invalid("expected_version", "nothing: this operation changes nothing that has a version");
  return { operation, input, expected_version: expected_version as number, confirm };
}
