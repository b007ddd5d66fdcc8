// Questions that a person asks: what changed last week and why, what moved most, how is this product doing. Each is one call, with the numbers, in few words.
import { beforeAll, describe, expect, it } from "vitest";
import { randomEvents } from "../insights/generator.ts";
import { createOrganization, send } from "../support/api.ts";
import { keyWith, openSession } from "./http/support.ts";
import { callTool } from "./tools/support.ts";

const week = { date_from: "2019-10-14", date_to: "2019-10-20" };
/** What an answer may take of a model's attention, in characters. */
const TEXT_MAX = 8_000;

let key: string;
let product_id: string;
beforeAll(async () => {
  key = (await createOrganization({ currency: "USD" })).api_key;
  for (let product = 0; product < 12; product++)
    await send("POST", "/api/v2/products", { key, body: { title: `Thing ${product}`, external_id: `p${product}` } });
  const interactions = randomEvents(51, Date.UTC(2019, 9, 1), 20, 250).map((event, index) => ({
    event_id: `e${index}`,
    type: event.type,
    source_type: event.source,
    occurred_at: new Date(event.at_ms).toISOString(),
    visitor_id: event.visitor,
    session_id: event.session,
    ...(event.campaign ? { context: { campaign: { name: event.campaign } } } : {}),
    ...(event.value === undefined ? {} : { value: { amount: event.value, currency: "USD" } }),
    ...(event.transaction === undefined ? {} : { transaction_id: event.transaction }),
    ...(event.product === undefined ? {} : { items: [{ external_id: event.product, price: { amount: event.price ?? 100, currency: "USD" } }] }),
  }));
  const reply = await send("POST", "/api/v2/interactions", { key, body: { interactions, backfill: true } });
  expect(reply.body).toMatchObject({ rejected: 0 });
  product_id = (await send<{ id: string }>("GET", "/api/v2/products/lookup?external_id=p1", { key })).body.id;
});

/** An answer but for when it was made. */
function timeless(value: Record<string, unknown>): Record<string, unknown> {
  const { computed_at: _at, ...rest } = value;
  return rest;
}

interface Changes extends Record<string, unknown> {
  findings: string[];
  revenue_change: { difference: { amount: number }; parts: { effect: { amount: number } }[] };
}

describe("what changed last week, and why", () => {
  it("is one call: the sentences and figures that REST gives, the sentences first", async () => {
    const { value, text, is_error } = await callTool("insights_changes", week, { key });
    expect(is_error, text).toBe(false);
    const rest = await send<Changes>("GET", `/api/v2/insights/changes?${new URLSearchParams(week).toString()}`, { key });
    expect(timeless(value)).toEqual(timeless(rest.body));
    const { findings, revenue_change } = rest.body;
    expect(findings.length).toBeGreaterThan(3);
    expect(findings[0]).toMatch(/^Revenue (rose|fell) by [\d.]+ % to [\d.]+ USD, from [\d.]+ USD\.$/);
    const places = findings.map((finding) => text.indexOf(finding));
    expect(places.every((place) => place >= 0)).toBe(true);
    expect(Math.max(...places)).toBeLessThan(text.indexOf("| "));
    expect(revenue_change.parts.reduce((sum, { effect }) => sum + effect.amount, 0)).toBe(revenue_change.difference.amount);
    expect(text.length).toBeLessThan(TEXT_MAX);
  });

  it("is the same in a session of an older client", async () => {
    const session = await openSession(key);
    const reply = await session.request("tools/call", { name: "insights_changes", arguments: week });
    const { value } = await callTool("insights_changes", week, { key });
    expect(timeless(reply.body.result!.structuredContent as Record<string, unknown>)).toEqual(timeless(value));
  });

  it("refuses a range that there cannot be with what to send instead", async () => {
    const { is_error, failure, text } = await callTool(
      "insights_changes",
      { ...week, compare_from: "2019-10-09", compare_to: "2019-10-08" },
      { key },
    );
    expect(is_error).toBe(true);
    expect(failure).toMatchObject({
      code: "VALIDATION_ERROR",
      details: { field: "compare_from", expected: "a date on or before compare_to (2019-10-08)" },
    });
    expect(text).toContain("compare_from");
  });
});

describe("what moved most", () => {
  it("is told a page at a time, and how to get the next", async () => {
    const titles: string[] = [];
    let offset: number | null = 0;
    let pages = 0;
    while (offset !== null) {
      const { value, text } = await callTool("insights_movers", { ...week, metric: "views", limit: 5, offset }, { key });
      const { movers, next_offset, total_movers } = value as unknown as {
        movers: { product: { title: string } }[];
        next_offset: number | null;
        total_movers: number;
      };
      for (const { product } of movers) expect(text).toContain(product.title);
      titles.push(...movers.map(({ product }) => product.title));
      if (next_offset === null) expect(titles).toHaveLength(total_movers);
      else expect(text).toContain(`call again with \`offset\`: ${next_offset}`);
      offset = next_offset;
      pages++;
    }
    expect(pages).toBeGreaterThan(1);
    expect(new Set(titles).size).toBe(titles.length);
  });
});

describe("a product's story", () => {
  it("is one call, and leaves out the interactions that the credential may not see", async () => {
    const { value, text } = await callTool("products_story", { product_id, ...week }, { key });
    const rest = await send("GET", `/api/v2/products/${product_id}/story?${new URLSearchParams(week).toString()}`, { key });
    expect(timeless(value)).toEqual(timeless(rest.body));
    for (const finding of value.findings as string[]) expect(text).toContain(finding);
    expect(text).toContain("Thing 1");
    expect(value.recent_interactions).toHaveLength(5);
    expect(text.length).toBeLessThan(TEXT_MAX);

    const narrow = await keyWith(key, ["insights:read"]);
    const told = await callTool("products_story", { product_id, ...week }, { key: narrow });
    expect(told.is_error).toBe(false);
    expect(told.value).not.toHaveProperty("recent_interactions");
    expect(told.value.product).not.toHaveProperty("catalog");
    expect(told.value.metrics).toEqual(value.metrics);
  });

  it("of another organization's product is not found", async () => {
    const other = (await createOrganization()).api_key;
    const { is_error, failure } = await callTool("products_story", { product_id, ...week }, { key: other });
    expect([is_error, failure?.code]).toEqual([true, "NOT_FOUND"]);
  });
});
