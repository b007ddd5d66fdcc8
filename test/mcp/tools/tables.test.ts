// What a model reads of single events, changes and figures over time: the columns that tell, once, and all of them.
import { beforeAll, describe, expect, it } from "vitest";
import { createOrganization, send } from "../../support/api.ts";
import { keyWith } from "../http/support.ts";
import { callTool } from "./support.ts";

const days = { date_from: "2019-10-01", date_to: "2019-10-03" };

let key: string;
let product_id: string;
beforeAll(async () => {
  key = (await createOrganization({ currency: "USD" })).api_key;
  const product = { title: "Reading lamp", external_id: "p1", price: { amount: 2999, currency: "USD" } };
  product_id = (await send<{ id: string }>("POST", "/api/v2/products", { key, body: product })).body.id;
  await callTool("products_update", { product_id, price: { amount: 1999, currency: "USD" }, expected_version: 1 }, { key });
  const at = (day: number, minute: number): string => `2019-10-0${day}T10:${minute}:00.000Z`;
  const autumn = { campaign: { name: "autumn-push" } };
  const events = [
    { type: "page_view", occurred_at: at(1, 10), session_id: "s1", context: { page: { path: "/lamps" }, ...autumn } },
    { type: "view_item", occurred_at: at(1, 11), session_id: "s1", items: [{ external_id: "p1" }], context: autumn },
    { type: "search", occurred_at: at(2, 10), session_id: "s2", properties: { query: "notebook" } },
    { type: "api_error", occurred_at: at(2, 11), session_id: "s2", summary: "GET /price answered 500" },
    { type: "purchase", occurred_at: at(3, 10), session_id: "s3", transaction_id: "o1", value: { amount: 1999, currency: "USD" } },
  ];
  const interactions = events.map((event) => ({ ...event, visitor_id: "v1" }));
  const reply = await send("POST", "/api/v2/interactions", { key, body: { interactions, backfill: true } });
  expect(reply.body).toMatchObject({ rejected: 0 });
});

describe("interactions", () => {
  it("say what happened to which product, on which page and by which campaign, and what they have in common once", async () => {
    const { text, value } = await callTool("interactions_list", {}, { key });
    const [newest] = value.data as { id: string }[];
    expect(text).toContain("All of them: source web; visitor v1.");
    expect(text).toContain("| time | type | product | path | campaign | value | what | session | id |");
    expect(text).toContain(`| 2019-10-03T10:10Z | purchase |  |  | no campaign | 19.99 USD | order o1 | s3 | ${newest!.id} |`);
    expect(text).toContain("| api_error |  |  | no campaign |  | GET /price answered 500 | s2 |");
    expect(text).toContain("| search |  |  | no campaign |  | query notebook | s2 |");
    expect(text).toContain("| view_item | Reading lamp |  | autumn-push |");
    expect(text).toContain("| page_view |  | /lamps | autumn-push |");
  });

  it("name products as the events do to who may not read the catalogue", async () => {
    const { text } = await callTool("interactions_list", {}, { key: await keyWith(key, ["interactions:read"]) });
    expect(text).toContain("| view_item | p1 |");
    expect(text).not.toContain("Reading lamp");
  });
});

describe("the audit log", () => {
  it("says what changed from what to what, and no request's id", async () => {
    const { text, value } = await callTool("execute_operation", { operation: "audit.list", input: { filter: { subject: product_id } } }, { key });
    expect(value.data).toHaveLength(2);
    expect(text).toMatch(new RegExp(`All of them: who api key First key; to ${product_id}\\.`));
    expect(text).toMatch(/\| product\.updated \| price 29\.99 → 19\.99 USD \| mcp \|/);
    expect(text).toMatch(/\| product\.created \| Reading lamp \| rest\/v2 \|/);
    expect(text).not.toContain("req_");
  });
});

describe("a figure over time", () => {
  it("is one table, a column for each value, without what is constant", async () => {
    const { text } = await callTool("insights_timeseries", { ...days, metric: "sessions", dimension: "campaign" }, { key });
    expect(text).toContain(
      [
        "| date | no campaign | autumn-push |",
        "| --- | --- | --- |",
        "| 2019-10-01 | 0 | 1 |",
        "| 2019-10-02 | 1 | 0 |",
        "| 2019-10-03 | 1 | 0 |",
        "| whole range | 2 | 1 |",
      ].join("\n"),
    );
  });

  it("says its unit once, and which of its intervals the range cuts short", async () => {
    const { text } = await callTool("insights_timeseries", { ...days, metric: "revenue", interval: "week" }, { key });
    expect(text).toContain("In USD.\n\n| week | revenue | partial |\n| --- | --- | --- |\n| 2019-W40 | 19.99 | cut short by the range |");
  });
});
