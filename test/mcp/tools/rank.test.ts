import { describe, expect, it } from "vitest";
import { TOOL_OPERATIONS } from "../../../src/protocols/mcp/tools/names.ts";
import { nearest } from "../../../src/protocols/mcp/tools/nearest.ts";
import { rankOperations } from "../../../src/protocols/mcp/tools/rank.ts";

const best = (query: string, count = 3): string[] =>
  rankOperations(query, TOOL_OPERATIONS)
    .slice(0, count)
    .map(({ name }) => name);

describe("finding an operation", () => {
  it.each([
    ["rotate an api key", "api_keys.rotate"],
    ["who changed this product", "audit.list"],
    ["invite a colleague", "invitations.create"],
    ["remove a team member", "members.remove"],
    ["create webhook", "webhooks.create"],
    ["webhook deliveries that failed", "webhooks.list_deliveries"],
    ["import many products at once", "products.batch_upsert"],
    ["gdpr erase a visitor", "interactions.erase"],
    ["products often bought together", "insights.product_affinity"],
    ["weekly retention cohorts", "insights.retention"],
    ["rage clicks and errors", "insights.friction"],
    ["how much of my rate limit is left", "usage.get"],
    ["send interactions from our backend", "interactions.ingest"],
    ["change the organization's time zone", "organizations.update"],
    ["abandoned carts", "insights.cart_abandonment"],
  ])("%s: %s is among the first three", (query, name) => {
    expect(best(query)).toContain(name);
  });

  it("finds every operation by its own name and by its summary", () => {
    for (const { name, summary } of TOOL_OPERATIONS) {
      expect(best(name), name).toContain(name);
      expect(best(summary), summary).toContain(name);
    }
  });

  it("finds nothing for words that are nowhere", () => {
    expect(best("xylophone zebra")).toEqual([]);
    expect(best("")).toEqual([]);
  });
});

describe("a name that is nearly right", () => {
  it.each([
    ["categry", "category"],
    ["Status", "status"],
    ["external-id", "external_id"],
    ["reven", "revenue"],
  ])("%s: %s", (word, meant) => {
    expect(nearest(word, ["brand", "category", "external_id", "revenue", "status"])).toBe(meant);
  });

  it.each([["colour"], [""], ["x".repeat(10_000)]])("%s: none", (word) => {
    expect(nearest(word, ["brand", "category", "status"])).toBeNull();
  });
});
