import type { Membership } from "../../domain/accounts/account.ts";
import type { Database } from "../../domain/database.ts";

/** The organizations of an account: a copy that each organization keeps up to date. */
export class Memberships {
  constructor(private readonly db: Database) {}

  list(): Membership[] {
    return this.db.all<Membership>("SELECT organization_id, name, role FROM memberships ORDER BY name, organization_id");
  }

  put({ organization_id, name, role }: Membership, now: number): void {
    this.db.run(
      `INSERT INTO memberships (organization_id, name, role, updated_at) VALUES (?, ?, ?, ?)
       ON CONFLICT (organization_id) DO UPDATE SET name = excluded.name, role = excluded.role, updated_at = excluded.updated_at`,
      organization_id,
      name,
      role,
      now,
    );
  }

  drop(organization_id: string): void {
    this.db.run("DELETE FROM memberships WHERE organization_id = ?", organization_id);
  }
}
