import { revokeInvitation } from "../invitations/changes.ts";
import { eraseInvited, invitationsTo, statusOf } from "../invitations/rows.ts";
import type { MembershipContext } from "./changes.ts";

/** What stands where a name or an address was. */
export const ERASED = "(erased)";

const REDACT = `UPDATE audit_log
  SET before = json_replace(before, '$.email', ?1, '$.name', ?1), after = json_replace(after, '$.email', ?1, '$.name', ?1)
  WHERE subject = ?2 AND (coalesce(before ->> '$.email', ?1) <> ?1 OR coalesce(after ->> '$.email', ?1) <> ?1)`;

/**
 * Takes the name and the address of somebody who deleted their account out of everything that is kept of them here; their id and what they did stay. Invitations of the
 * address that nobody accepted end. Repeating it changes nothing.
 */
export function forgetPerson(ctx: MembershipContext, person: { account_id: string; email: string }): void {
  const invitations = invitationsTo(ctx.db, person);
  for (const invitation of invitations) if (statusOf(invitation, ctx.now) === "open") revokeInvitation(ctx, invitation);
  const subjects = [person.account_id, ...invitations.map(({ id }) => id)];
  const redacted = subjects.map((subject) => ctx.db.run(REDACT, ERASED, subject));
  eraseInvited(ctx.db, person, ERASED);
  // Answers that are kept for a repeated request; those that hold a secret are sealed, and gone within two days.
  ctx.db.run("DELETE FROM idempotency_keys WHERE instr(outcome, ?1) > 0 OR instr(outcome, ?2) > 0", person.account_id, JSON.stringify(person.email));
  if (redacted.some((rows) => rows > 0))
    ctx.record({ type: "member.erased", subject: person.account_id, before: null, after: { account_id: person.account_id }, live: false });
}
