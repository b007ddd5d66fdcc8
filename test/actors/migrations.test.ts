import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { migrate } from "../../src/actors/core/migrate.ts";
import { MIGRATIONS } from "../../src/actors/organization/migrations/index.ts";
import { createOrganization } from "../support/api.ts";

describe("migrations", () => {
  it("apply once, in order, and again only what is new", async () => {
    const { id } = await createOrganization();
    await runInDurableObject(env.ORGANIZATIONS.getByName(id), (_actor, state) => {
      const applied = (): string[] =>
        state.storage.sql
          .exec<{ name: string }>("SELECT name FROM migrations ORDER BY position")
          .toArray()
          .map(({ name }) => name);
      expect(applied()).toEqual(MIGRATIONS.map(({ name }) => name));
      migrate(state.storage, [...MIGRATIONS, { name: "9999_more", sql: "CREATE TABLE more (a INTEGER) STRICT" }]);
      expect(applied().at(-1)).toBe("9999_more");
      state.storage.sql.exec("DROP TABLE more; DELETE FROM migrations WHERE name = '9999_more'");
    });
  });

  it("refuse a list that was reordered or renamed", async () => {
    const { id } = await createOrganization();
    await runInDurableObject(env.ORGANIZATIONS.getByName(id), (_actor, state) => {
      expect(() => migrate(state.storage, MIGRATIONS.toReversed())).toThrow(/was applied/);
    });
  });

  it("leave no trace of one that fails in the middle", async () => {
    const { id } = await createOrganization();
    await runInDurableObject(env.ORGANIZATIONS.getByName(id), (_actor, state) => {
      expect(() =>
        migrate(state.storage, [
          ...MIGRATIONS,
          { name: "9999_bad", sql: "CREATE TABLE half (a INTEGER) STRICT; CREATE TABLE half (a INTEGER) STRICT" },
        ]),
      ).toThrow();
      expect(state.storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'half'").toArray()).toEqual([]);
    });
  });
});
