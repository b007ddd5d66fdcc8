import { errorLine } from "../../../domain/error_line.ts";
import { OperationError, type Failure } from "../../../domain/errors.ts";
import type { LiveOpening } from "../../../domain/live.ts";
import type { Core } from "../../core/core.ts";
import { rateLimited, type Charge, type Grant } from "../../core/engine.ts";
import type { LiveSocket } from "./live_socket.ts";

/** Takes what something costs from the reader's bucket, or says why it is refused. */
export function chargeLive(
  { engine, meter }: Core,
  { protocol }: LiveOpening,
  grant: Grant,
  operation: string,
  cost: number,
): { failure: Failure | null; charge: Charge | null } {
  const charge = engine.charge(grant, cost);
  const admitted = charge?.admitted ?? true;
  meter.record(grant.principal.id, protocol, operation, admitted, admitted ? cost : 0);
  return { failure: admitted ? null : rateLimited(charge!, cost), charge };
}

/** Tells why something that was asked for does not begin. What is our fault is logged and told without detail. */
export function refuseLive(socket: LiveSocket, n: number, error: unknown): void {
  socket.send("refused", n, null, JSON.stringify(toFailure(error, socket)));
}

function toFailure(error: unknown, { opening: { request_id } }: LiveSocket): Failure {
  if (error instanceof OperationError) return error.toFailure();
  console.error(errorLine({ request_id }, error));
  return { code: "INTERNAL_ERROR", message: `Something failed on our side; report request ${request_id} if it persists`, details: {} };
}
