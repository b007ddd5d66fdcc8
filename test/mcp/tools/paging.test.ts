// A host may show a text alone, or structured content alone: neither loses a row that the cursor has passed.
import { describe, expect, it } from "vitest";
import { createOrganization } from "../../support/api.ts";
import { callTool } from "./support.ts";

describe("a page of rows", () => {
  it("has no more rows than its text shows, and its cursor goes on after the last of them", async () => {
    const { api_key } = await createOrganization();
    const products = Array.from({ length: 95 }, (_, index) => ({ sku: `s${index}`, title: `Product ${index}.` }));
    await callTool("execute_operation", { operation: "products.batch_upsert", input: { products } }, { key: api_key });
    const read: string[] = [];
    let cursor: unknown;
    do {
      const { value, text, meta } = await callTool("products_list", { limit: 60, ...(cursor === undefined ? {} : { cursor }) }, { key: api_key });
      const rows = value.data as { title: string }[];
      expect(rows.length).toBeLessThanOrEqual(40);
      for (const { title } of rows) expect(text).toContain(`| ${title} |`);
      read.push(...rows.map(({ title }) => title));
      cursor = value.next_cursor ?? undefined;
      if (cursor === undefined) continue;
      expect(text).toContain(`40 of 60 asked: the answer was full. More: call again with \`cursor\`: ${cursor as string}`);
      expect(meta["crow/truncated"]).toEqual([{ path: "data", shown: 40, total: 60 }]);
    } while (cursor !== undefined);
    expect(new Set(read).size).toBe(95);
    expect(read).toHaveLength(95);
    expect((await callTool("products_list", { limit: 1_000 }, { key: api_key })).failure).toMatchObject({ details: { field: "limit" } });
  });

  it("of the log goes on after its last event, though one entry of it is many events", async () => {
    const { api_key } = await createOrganization();
    const interactions = Array.from({ length: 90 }, (_, index) => ({ type: "page_view", visitor_id: `v${index}` }));
    await callTool("execute_operation", { operation: "interactions.ingest", input: { interactions } }, { key: api_key });
    const ids: string[] = [];
    for (let after: unknown = "0"; ;) {
      const input = { types: ["interaction.*"], after };
      const { value, text } = await callTool("execute_operation", { operation: "events.list", input }, { key: api_key });
      const rows = value.data as { id: string }[];
      if (value.last_id === null) break;
      expect(rows.length).toBeLessThanOrEqual(40);
      for (const { id } of rows) expect(text).toContain(`| ${id} |`);
      ids.push(...rows.map(({ id }) => id));
      expect(text).toContain(`call again with \`after\`: ${value.last_id as string}`);
      after = value.last_id;
    }
    expect(ids).toHaveLength(90);
    expect(new Set(ids).size).toBe(90);
  });
});
