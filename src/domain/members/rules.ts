import type { OperationContext } from "../context.ts";
import { lackedScope } from "../credential_rules.ts";
import type { Database } from "../database.ts";
import { OperationError } from "../errors.ts";
import { ROLES, Role } from "../roles.ts";
import type { MemberRow } from "./rows.ts";

/** Nobody gives, changes or takes away a role that may do what they may not. */
export function checkRole(ctx: OperationContext, role: Role): void {
  const lacked = lackedScope(ctx.principal, ROLES[role]);
  if (lacked)
    throw new OperationError("FORBIDDEN", `This credential cannot decide on the role ${role}: it lacks the scope ${lacked} itself`, {
      field: "role",
      required_scope: lacked,
    });
}

/** An organization that has an owner never loses its last one. */
export function isLastOwner(db: Database, member: { role: Role }): boolean {
  if (member.role !== "owner") return false;
  return db.one<{ count: number }>("SELECT count(*) AS count FROM members WHERE role = 'owner'")!.count === 1;
}

/** CONFLICT when this member is the last owner. */
export function requireOtherOwner(db: Database, member: MemberRow): void {
  if (isLastOwner(db, member))
    throw new OperationError("CONFLICT", "This is the organization's last owner; make somebody else an owner first", {
      account_id: member.account_id,
      role: member.role,
    });
}

/** Of two roles, the one that may do more. */
export function higherRole(a: Role, b: Role): Role {
  return isLowerRole(a, b) ? b : a;
}

/** Whether the first role may do less than the second. */
export function isLowerRole(role: Role, than: Role): boolean {
  return Role.options.indexOf(role) > Role.options.indexOf(than);
}
