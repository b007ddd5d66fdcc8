import { describe, expect, it } from "vitest";
import { TOOL_OPERATIONS } from "../../../src/protocols/mcp/operations_in_view.ts";
import { findOperations, findPrompts, findResources } from "../../../src/protocols/mcp/tools/find.ts";
import { nearest } from "../../../src/protocols/mcp/tools/nearest.ts";

const best = (query: string, count = 3): string[] =>
  findOperations(query, TOOL_OPERATIONS)
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

  it.each([
    ["register a webhook for purchases", ["webhooks.create"]],
    ["audit log", ["audit.list"]],
    ["new api key", ["api_keys.create"]],
    ["bulk price change", ["products.batch_upsert"]],
    ["how many requests are left", ["usage.get"]],
    ["api keys", ["api_keys.list", "api_keys.create"]],
    ["send purchases to my url", ["webhooks.create"]],
    ["delete all data of a customer", ["interactions.erase"]],
    ["show the members", ["members.list"]],
    ["who are the members", ["members.list"]],
    ["add a product", ["products.create"]],
  ])("%s: %j is first", (query, names) => {
    expect(best(query, names.length)).toEqual(names);
  });

  it("finds reports and prompts by what they are about", () => {
    expect(findResources("is tracking broken")[0]?.uri).toBe("crow://insights/{date_from}/{date_to}/tracking");
    expect(findPrompts("is tracking broken")[0]?.name).toBe("tracking_check");
    expect(findResources("what is wrong with the catalog")[0]?.uri).toBe("crow://catalog/quality");
  });

  it("finds every operation by its own name and by its summary", () => {
    for (const { name, summary } of TOOL_OPERATIONS) {
      expect(best(name)[0]).toBe(name);
      expect(best(summary), summary).toContain(name);
    }
  });

  it("finds nothing for words that are nowhere", () => {
    expect(best("xylophone zebra")).toEqual([]);
    expect(best("constructor hasOwnProperty __proto__")).toEqual([]);
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
