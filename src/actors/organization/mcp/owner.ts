import { idempotencyOwner, type Principal } from "../../../domain/principal.ts";

/** Whose a session, call or task is: a key, or a client for one member. Nobody else learns that it is there. */
export function ownerOf(principal: Principal): string {
  return `${principal.kind} ${idempotencyOwner(principal)}`;
}
