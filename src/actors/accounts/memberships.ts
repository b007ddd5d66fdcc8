import type { Membership } from "../../domain/accounts/account.ts";
import type { Database } from "../../domain/database.ts";
import { DAY_MS } from "../../domain/time.ts";

/** As long as an organization keeps what was written of a member. */
const FORMER_KEPT_MS = 400 * DAY_MS;

/** The organizations of an account: a copy that each organization keeps up to date. */
export class Memberships {
  constructor(private readonly db: Database) {}

  list(): Membership[] {
    return this.db.all<Membership>("SELECT organization_id, name, role FROM memberships WHERE left_at IS NULL ORDER BY name, organization_id");
  }

  /** Of now and before, as long as anything may be written of this person there. */
  everywhere(): string[] {
    return this.db.all<{ organization_id: string }>("SELECT organization_id FROM memberships").map(({ organization_id }) => organization_id);
  }

  put({ organization_id, name, role }: Membership, now: number): void {
    this.db.run(
      `INSERT INTO memberships (organization_id, name, role, updated_at) VALUES (?, ?, ?, ?)
       ON CONFLICT (organization_id) DO UPDATE SET name = excluded.name, role = excluded.role, updated_at = excluded.updated_at, left_at = NULL`,
      organization_id,
      name,
      role,
      now,
    );
  }

  drop(organization_id: string, now: number): void {
    this.db.run("UPDATE memberships SET left_at = ? WHERE organization_id = ? AND left_at IS NULL", now, organization_id);
    this.db.run("DELETE FROM memberships WHERE left_at < ?", now - FORMER_KEPT_MS);
  }
}
