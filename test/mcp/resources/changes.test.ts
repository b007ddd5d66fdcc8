// Which resources an event of the log changes. That every type is decided on, the compiler sees to.
import { describe, expect, it } from "vitest";
import type { Principal } from "../../../src/domain/principal.ts";
import { changesOf } from "../../../src/protocols/mcp/resources/changes.ts";
import { RESOURCES } from "../../../src/protocols/mcp/resources/registry.ts";
import { topicOf } from "../../../src/protocols/mcp/resources/topics.ts";

const ALL: Principal = { kind: "operator", id: "operator", scopes: "all" };
const VIEW = { readonly: false, toolsets: null };
const ID = "01jd0000000000000000000000";
const URIS = {
  organization: "crow://organization",
  schema: "crow://schema/interactions",
  latest: "crow://insights/latest",
  report: "crow://insights/2026-01-01/2026-01-31",
  catalog: "crow://catalog/quality",
  product: `crow://products/prd_${ID}`,
  other_product: `crow://products/prd_${ID.replace("1", "2")}`,
  story: `crow://products/prd_${ID}/story`,
  interaction: "crow://interactions/int_0000000100000000",
  export: `crow://exports/exp_${ID}`,
};

function changed(type: string, subject: string): string[] {
  const { topics } = changesOf(type, subject);
  return Object.entries(URIS).flatMap(([name, uri]) => (topics.includes(topicOf(uri, ALL, VIEW)!) ? [name] : []));
}

describe("events of the log", () => {
  it("of the catalog change the product, the catalog, and what names it; the list where there are more or fewer", () => {
    const everywhere = ["latest", "report", "catalog", "product", "story", "interaction"];
    for (const type of ["product.created", "product.updated", "product.deleted"]) expect(changed(type, `prd_${ID}`), type).toEqual(everywhere);
    expect(changesOf("product.created", "prd_1").lists).toEqual(["resources"]);
    expect(changesOf("product.updated", "prd_1").lists).toEqual([]);
    expect(changesOf("product.deleted", "prd_1").lists).toEqual(["resources"]);
  });

  it("of interactions change every insight, what the catalog lacks of them, and an interaction itself only when some are erased", () => {
    for (const type of ["interactions.ingested", "interactions.backfilled"])
      expect(changed(type, "int_1"), type).toEqual(["latest", "report", "catalog", "story"]);
    expect(changed("interactions.erased", "interactions")).toEqual(["latest", "report", "catalog", "story", "interaction"]);
  });

  it("of an export change that export", () => {
    for (const type of [
      "export.created",
      "export.progress",
      "export.succeeded",
      "export.failed",
      "export.cancelled",
      "export.expired",
      "export.deleted",
    ])
      expect(changed(type, `exp_${ID}`), type).toEqual(["export"]);
    expect(changesOf("export.created", "exp_1").lists).toEqual(["resources"]);
    expect(changesOf("export.deleted", "exp_1").lists).toEqual(["resources"]);
    expect(changesOf("export.progress", "exp_1").lists).toEqual([]);
  });

  it("of the organization change it and, because days and currency may be others, its insights", () => {
    expect(changed("organization.updated", "org_1")).toEqual(["organization", "latest", "report", "catalog", "story"]);
  });

  it.each(["webhook.updated", "api_key.revoked", "nothing.known", "constructor", "__proto__"])("%s changes nothing that can be read", (type) => {
    expect(changesOf(type, "x")).toEqual({ topics: [], lists: [] });
  });
});

describe("topics", () => {
  it("are there for what this part of the server has", () => {
    const view = { readonly: true, toolsets: ["webhooks"] };
    const there = Object.entries(URIS).flatMap(([name, uri]) => (topicOf(uri, ALL, view) === null ? [] : [name]));
    expect(there).toEqual(["organization", "schema"]);
  });

  it("are there for every resource, for who may read it alone", () => {
    const nobody: Principal = { kind: "api_key", id: "key_1", scopes: ["usage:read"], environment: "live", publishable: false };
    for (const { uri, scopes } of RESOURCES) {
      const filled = uri
        .replace("{date_from}", "2026-01-01")
        .replace("{date_to}", "2026-01-31")
        .replace("{product_id}", `prd_${ID}`)
        .replace("{export_id}", `exp_${ID}`)
        .replace("{interaction_id}", "int_0000000100000000");
      expect(topicOf(filled, ALL, VIEW), filled).toBeTypeOf("string");
      expect(topicOf(filled, nobody, VIEW) === null, filled).toBe(scopes.length > 0);
    }
  });

  it.each(["crow://nothing", "crow://products/1", "crow://insights/2026-02-01/2026-01-01", "https://example.com", ""])(
    "are not there for %s",
    (uri) => {
      expect(topicOf(uri, ALL, VIEW)).toBeNull();
    },
  );
});
