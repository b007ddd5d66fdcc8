import { beforeAll, describe, expect, it } from "vitest";
import { createOrganization, send, type ErrorBody } from "../support/api.ts";

let key: string;
beforeAll(async () => {
  key = (await createOrganization({ currency: "EUR" })).api_key;
});

const range = "date_from=2019-10-01&date_to=2019-10-31";
const PATHS = [
  "",
  "/funnel",
  "/revenue",
  "/products",
  "/comparison",
  "/changes",
  "/movers",
  "/cart-abandonment",
  "/timeseries",
  "/viewed-not-bought",
  "/anomalies",
  "/tracking",
  "/friction",
  "/product-affinity",
  "/retention",
  "/list",
];

describe("insights over REST", () => {
  it.each(PATHS)("answer %s with the range, when it was computed and what it covers", async (path) => {
    for (const version of ["v1", "v2"]) {
      const reply = await send("GET", `/api/${version}/insights${path}?${range}`, { key });
      expect(reply.status).toBe(200);
      expect(reply.body).toMatchObject({ range: { date_from: "2019-10-01", date_to: "2019-10-31", days: 31 }, coverage: { from: null, to: null } });
      expect(Date.parse(String(reply.body.computed_at))).not.toBeNaN();
    }
  });

  it("show money as a decimal string with its currency in v1, in minor units in v2", async () => {
    const v1 = await send<{ totals: { revenue: unknown } }>("GET", `/api/v1/insights?${range}`, { key });
    expect(v1.body.totals.revenue).toEqual({ value: "0.00", previous: "0.00", currency: "EUR", change: null });
    const v2 = await send<{ totals: { revenue: unknown } }>("GET", `/api/v2/insights?${range}`, { key });
    expect(v2.body.totals.revenue).toEqual({ value: { amount: 0, currency: "EUR" }, previous: { amount: 0, currency: "EUR" }, change: null });
  });

  it("take lists separated by commas", async () => {
    const reply = await send<{ steps: { step: string }[] }>("GET", `/api/v1/insights/funnel?${range}&steps=view_item,begin_checkout,purchase`, {
      key,
    });
    expect(reply.body.steps.map(({ step }) => step)).toEqual(["view_item", "begin_checkout", "purchase"]);
    expect((await send("GET", `/api/v1/insights/list?${range}&severity=high&type=anomaly,refunds`, { key })).status).toBe(200);
  });

  it.each([
    ["?date_from=01.10.2019", "date_from", "ISO 8601 format"],
    ["?date_from=2019-10-02&date_to=2019-10-01", "date_from", "a date on or before date_to (2019-10-01)"],
    ["/products?sort=fame", "sort", undefined],
    ["/timeseries?interval=minute", "interval", undefined],
    ["/funnel?steps=purchase,view_item", "steps", "different steps in this order: view_item, add_to_cart, begin_checkout, purchase"],
    ["/changes?compare_from=2019-10-02&compare_to=2019-10-01", "compare_from", "a date on or before compare_to (2019-10-01)"],
    ["/movers?dimension=event&metric=revenue", "metric", "for event one of: interactions"],
    ["/movers?offset=10001", "offset", undefined],
    ["/revenue?until=2019-10-31", "until", undefined],
  ])("refuse %s and name the field", async (path, field, expected) => {
    const reply = await send<ErrorBody>("GET", `/api/v1/insights${path}`, { key });
    expect(reply.status).toBe(400);
    expect(reply.body.error).toMatchObject({ code: "VALIDATION_ERROR", details: { field, ...(expected ? { expected } : {}) } });
  });
});
