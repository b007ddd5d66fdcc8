import { beforeAll, describe, expect, it } from "vitest";
import { createOrganization, send } from "../support/api.ts";

const week = "date_from=2019-10-08&date_to=2019-10-14";
let key: string;
let reader: string;
let product_id: string;

/** Four views a day of a mug and of a jug; in the second week the mug's price often fails, and once the jug's. */
const interactions = Array.from({ length: 14 }, (_, day) =>
  Array.from({ length: 8 }, (_unused, index) => {
    const at = Date.UTC(2019, 9, 1 + day, 10, index);
    const item = { external_id: index % 2 === 0 ? "mug" : "jug" };
    const event = { visitor_id: `v${day}-${index}`, session_id: `s${day}-${index}`, items: [item] };
    const fails = day >= 7 && (index % 2 === 0 || (day === 8 && index === 1));
    return [
      { ...event, type: "page_view", occurred_at: new Date(at).toISOString() },
      { ...event, type: "view_item", occurred_at: new Date(at + 1_000).toISOString() },
      ...(fails ? [{ ...event, type: "api_error", occurred_at: new Date(at + 2_000).toISOString() }] : []),
    ];
  }),
).flat(2);

beforeAll(async () => {
  key = (await createOrganization({ time_zone: "UTC", currency: "USD" })).api_key;
  const product = await send<{ id: string }>("POST", "/api/v2/products", { key, body: { external_id: "mug", title: "Mug" } });
  product_id = product.body.id;
  const sent = await send("POST", "/api/v2/interactions", { key, body: { interactions, backfill: true } });
  expect(sent.body).toMatchObject({ rejected: 0 });
  reader = (await send<{ key: string }>("POST", "/api/v2/api-keys", { key, body: { name: "figures", scopes: ["insights:read"] } })).body.key;
});

describe("errors that are new", () => {
  it("are told with the product that most of them name, and no event is told that only follows the sessions", async () => {
    const { body } = await send<{ findings: string[] }>("GET", `/api/v2/insights/changes?${week}`, { key });
    expect(body.findings).toContain("New: api_error, 29 times, 28 of the newest 29 on Mug.");
    expect(body.findings.filter((finding) => finding.startsWith("Of events"))).toEqual([]);
  });

  it("are told without the product to a credential that may not read interactions", async () => {
    const { body } = await send<{ findings: string[] }>("GET", `/api/v2/insights/changes?${week}`, { key: reader });
    expect(body.findings).toContain("New: api_error, 29 times.");
  });

  it("are in the product's story, with its views", async () => {
    type Story = { findings: string[]; trouble?: unknown };
    const { body } = await send<Story>("GET", `/api/v2/products/${product_id}/story?${week}`, { key });
    expect(body.trouble).toEqual([{ type: "api_error", occurrences: 28, previous: 0 }]);
    expect(body.findings[0]).toBe("28 api_error came with 28 views of it, against 0 api_error before.");
    const narrow = await send<Story>("GET", `/api/v2/products/${product_id}/story?${week}`, { key: reader });
    expect(narrow.body.trouble).toBeUndefined();
  });
});
