import { describe, expect, it } from "vitest";
import type { SqlValue } from "../../src/domain/database.ts";
import { MOVER_DIMENSIONS } from "../../src/domain/insights/figures/mover_metrics.ts";
import { readTroubleByProduct } from "../../src/domain/insights/figures/trouble.ts";
import { operations } from "../../src/domain/insights/index.ts";
import { moversInsight } from "../../src/domain/insights/movers.ts";
import { productStory } from "../../src/domain/products/story.ts";
import { randomEvents } from "./generator.ts";
import { withShop } from "./shop.ts";

const october = { date_from: "2019-10-01", date_to: "2019-10-31" };

describe("every insight", () => {
  it("answers its own examples", () =>
    withShop({ events: randomEvents(5, Date.UTC(2019, 8, 1), 60, 200) }, ({ answer }) => {
      for (const operation of operations) for (const { input } of operation.examples) expect(() => answer(operation, input)).not.toThrow();
    }));

  it("reads no rollup but by ranges of its primary key, and no interaction at all", () =>
    withShop({ events: randomEvents(6, Date.UTC(2019, 8, 1), 60, 100), scopes: ["insights:read"] }, ({ answer, db }) => {
      const statements = new Map<string, SqlValue[]>();
      const all = db.all.bind(db);
      db.all = (sql, ...params) => {
        statements.set(sql, params);
        return all(sql, ...params);
      };
      const one = db.one.bind(db);
      db.one = (sql, ...params) => {
        statements.set(sql, params);
        return one(sql, ...params);
      };
      for (const operation of operations) answer(operation, october);
      for (const dimension of MOVER_DIMENSIONS) answer(moversInsight, { ...october, dimension });
      const product_id = "prd_01jd0000000000000000000000";
      db.run(
        "INSERT INTO products VALUES (null, ?, 'p1', null, 'X', null, null, null, null, '[]', null, null, null, 'active', '{}', 0, 0, 1)",
        product_id,
      );
      db.run("UPDATE product_refs SET product_id = ? WHERE value IN ('p1', 'p2')", product_id);
      answer(productStory, { ...october, product_id });
      expect(statements.size).toBeGreaterThan(15);
      for (const [sql, params] of statements) {
        const plan = all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, ...params).map(({ detail }) => detail);
        expect(sql).not.toMatch(/(FROM|JOIN) (interactions|sessions|visitors|visitor_days|session_products|interaction_products)\b/);
        expect(plan.filter((step) => /^SCAN (rollup_|reference|product|first|second|again|named|single\b|pair\b)/.test(step))).toEqual([]);
      }
    }));

  it("that looks for the products of errors reads interactions by type and time alone", () =>
    withShop({ events: randomEvents(7, Date.UTC(2019, 8, 1), 60, 100) }, ({ db }) => {
      const organization = { time_zone: "UTC" } as Parameters<typeof readTroubleByProduct>[0]["organization"];
      const plans: string[][] = [];
      const all = db.all.bind(db);
      db.all = (sql, ...params) => {
        plans.push(all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, ...params).map(({ detail }) => detail));
        return all(sql, ...params);
      };
      expect(readTroubleByProduct({ db, organization, now: 0 }, "api_error", { from_day: 18_170, to_day: 18_200 })).toEqual({
        read: 0,
        products: [],
      });
      expect(plans).toHaveLength(1);
      expect(plans[0]).toContainEqual(expect.stringMatching(/^SEARCH interactions USING INDEX interactions_by_type \(type=\? AND occurred_at/));
      expect(plans[0]!.filter((step) => /^SCAN (interactions|reference|product)\b/.test(step))).toEqual([]);
    }));
});
