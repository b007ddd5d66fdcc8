import { OperationError } from "../../../domain/errors.ts";
import type { McpView } from "../../../domain/mcp/command.ts";
import { isViewWithin } from "../../../domain/mcp/view.ts";
import { holdsScope, type Principal } from "../../../domain/principal.ts";
import type { KeptCall } from "./kept_call.ts";

/** FORBIDDEN where a call was made in a part of the server that this one does not show: going on with it could change, or tell, what this one hides. */
export function outOfView(call: Pick<KeptCall, "view">, view: McpView): OperationError | null {
  return isViewWithin(call.view, view) ? null : new OperationError("FORBIDDEN", "This call was made at a URL that shows more; go on with it there");
}

/** FORBIDDEN where the principal may no longer read what the call came to; null: one that may do nothing any more. */
export function outOfScope({ scopes }: Pick<KeptCall, "scopes">, principal: Principal | null): OperationError | null {
  const lost = scopes.find((scope) => principal === null || !holdsScope(principal, scope));
  if (!lost) return null;
  return new OperationError("FORBIDDEN", `The call is over, and to read what came of it this credential lacks the scope ${lost}`, {
    required_scope: lost,
  });
}
