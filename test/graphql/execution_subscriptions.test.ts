import { beforeEach, describe, expect, it } from "vitest";
import type { DocumentHost, LiveAnswer } from "../../src/domain/documents.ts";
import { OperationError, type Failure } from "../../src/domain/errors.ts";
import type { Event } from "../../src/domain/events/event.ts";
import { graphqlExecutor } from "../../src/protocols/graphql/executor.ts";
import { documentOf } from "./documents.ts";

const PRODUCT = "prd_01jd0000000000000000000000";
const EXPORT = "exp_01jd0000000000000000000000";

/** An actor that answers as it is told, and counts. */
let asked: string[];
let fails: Failure | null;
let values: Record<string, unknown>;
const host: DocumentHost = {
  call({ operation, input }) {
    asked.push(`${operation} ${JSON.stringify(input)}`);
    return fails ? { ok: false, failure: fails } : { ok: true, value: values[operation], replayed: false };
  },
  relate(name, parents, input) {
    asked.push(`${name} ${JSON.stringify(input)} for ${parents.length}`);
    if (fails) return { ok: false, failure: fails };
    const value =
      name === "interactions.matches_filter" ? (parent: object) => (parent as { type: string }).type === "purchase" : () => [{ title: "Cup" }];
    return { ok: true, value: parents.map((parent) => value(parent as object)), replayed: false };
  },
  charged: 0,
  limit: null,
};

beforeEach(() => {
  asked = [];
  fails = null;
  values = {};
});

function subscribe(query: string, variables: Record<string, unknown> = {}) {
  return graphqlExecutor.subscription(documentOf(query, { variables }));
}

function refusalOf(query: string, variables: Record<string, unknown> = {}): OperationError {
  try {
    subscribe(query, variables);
  } catch (error) {
    if (error instanceof OperationError) return error;
    throw error;
  }
  throw new Error("it was accepted");
}

function event(id: string, type: string, subject: string, data: unknown): Event {
  return { id, type, subject, created_at: "2019-10-01T00:00:00.000Z", data: data as Event["data"] };
}

function read({ json, content_length: _length, ...rest }: LiveAnswer): Record<string, unknown> {
  return { ...rest, ...(JSON.parse(json) as object) };
}

describe("interactionAdded", () => {
  const QUERY = `subscription ($filter: InteractionFilter, $after: String) { interactionAdded(filter: $filter, after: $after) { id type products { title } } }`;
  const came = [
    event("7.1", "interaction.created", "int_1", { id: "int_1", type: "view_item" }),
    event("7.2", "interaction.created", "int_2", { id: "int_2", type: "purchase" }),
    event("8.1", "interaction.created", "int_3", { id: "int_3", type: "purchase" }),
  ];

  it("tells those that match, asking the actor once for all of them", () => {
    const query = subscribe(QUERY, { filter: { type: ["purchase"], visitorId: "v" } });
    expect(query).toMatchObject({ kind: "events", scope: "interactions:read", per_credential: false, follows_usage: false, after: null });
    expect(query.tell(came, host).map(read)).toEqual([
      {
        id: "7.2",
        final: false,
        data: { interactionAdded: { id: "int_2", type: "purchase", products: [{ title: "Cup" }] } },
        extensions: { sequence: "7.2" },
      },
      {
        id: "8.1",
        final: false,
        data: { interactionAdded: { id: "int_3", type: "purchase", products: [{ title: "Cup" }] } },
        extensions: { sequence: "8.1" },
      },
    ]);
    expect(asked).toEqual([`interactions.matches_filter {"filter":{"type":"purchase","visitor_id":"v"}} for 3`, "interactions.products {} for 2"]);
  });

  it("is concerned by single interactions, and goes on where it is told", () => {
    const query = subscribe(QUERY, { after: "7.1" });
    expect(query.after).toBe("7.1");
    expect(query.concerns("interaction.created", "int_1")).toBe(true);
    expect(query.concerns("interactions.ingested", "int_1")).toBe(false);
    expect(query.concerns("product.created", PRODUCT)).toBe(false);
  });

  it("ends with an error when the filter cannot be asked any more", () => {
    const query = subscribe(QUERY);
    fails = { code: "FORBIDDEN", message: "No", details: { required_scope: "interactions:read" } };
    expect(query.tell(came, host).map(read)).toEqual([
      {
        id: "7.1",
        final: true,
        data: { interactionAdded: null },
        errors: [
          { message: "No", path: ["interactionAdded"], locations: expect.anything(), extensions: { code: "FORBIDDEN", details: fails.details } },
        ],
        extensions: { sequence: "7.1" },
      },
    ]);
  });

  it("refuses a filter that makes no sense, before anything happens", () => {
    expect(refusalOf(QUERY, { filter: { type: ["nonsense"] } })).toMatchObject({ code: "VALIDATION_ERROR", details: { field: "filter.type" } });
    expect(refusalOf(QUERY, { filter: { type: 1 } })).toMatchObject({ code: "VALIDATION_ERROR" });
    expect(refusalOf(`subscription ($on: Boolean!) { interactionAdded @include(if: $on) { id } }`, { on: false })).toMatchObject({
      code: "VALIDATION_ERROR",
    });
  });
});

describe("productChanged", () => {
  const QUERY = `subscription ($id: ID) { change: productChanged(id: $id) { type productId product { title } } }`;

  it("tells what happened, with the product as it was left", () => {
    const changes = subscribe(QUERY).tell(
      [
        event("1", "product.created", PRODUCT, { title: "Cup" }),
        event("2", "product.updated", PRODUCT, { title: "Mug" }),
        event("3", "product.deleted", PRODUCT, { title: "Mug" }),
      ],
      host,
    );
    expect(changes.map(read).map(({ data }) => (data as { change: unknown }).change)).toEqual([
      { type: "CREATED", productId: PRODUCT, product: { title: "Cup" } },
      { type: "UPDATED", productId: PRODUCT, product: { title: "Mug" } },
      { type: "DELETED", productId: PRODUCT, product: null },
    ]);
  });

  it("follows one product, or all", () => {
    const [all, one] = [subscribe(QUERY), subscribe(QUERY, { id: PRODUCT })];
    expect([
      all.concerns("product.updated", "prd_other"),
      one.concerns("product.updated", "prd_other"),
      one.concerns("product.updated", PRODUCT),
    ]).toEqual([true, false, true]);
    expect(all.concerns("export.created", PRODUCT)).toBe(false);
    expect(refusalOf(QUERY, { id: "nothing" })).toMatchObject({ code: "VALIDATION_ERROR", details: { field: "id" } });
  });
});

describe("states", () => {
  it("insightsUpdated: the summary after whatever figures are made of changed", () => {
    const query = subscribe(`subscription { insightsUpdated(dateRange: {dateFrom: "2019-10-01"}) { computedAt } }`);
    expect(query).toMatchObject({ kind: "state", scope: "insights:read", interval_ms: 1_000, per_credential: false, follows_usage: false });
    expect(
      ["interactions.ingested", "interactions.erased", "product.updated", "organization.updated"].every((type) => query.concerns(type, "")),
    ).toBe(true);
    expect(query.concerns("export.created", "")).toBe(false);
    values["insights.summary"] = { computed_at: "2019-10-02T00:00:00.000Z" };
    expect(read(query.show(host, 12))).toEqual({
      id: "12",
      final: false,
      data: { insightsUpdated: { computedAt: "2019-10-02T00:00:00.000Z" } },
      extensions: { sequence: "12" },
    });
    expect(asked).toEqual(['insights.summary {"date_from":"2019-10-01"}']);
    expect(refusalOf(`subscription { insightsUpdated(dateRange: {dateFrom: "soon"}) { computedAt } }`).details.field).toBe("dateRange.dateFrom");
  });

  it("exportProgress: to the export's end", () => {
    const query = subscribe(`subscription ($id: ID!) { exportProgress(id: $id) { status progress { rowsDone } } }`, { id: EXPORT });
    expect(query).toMatchObject({ kind: "state", scope: "exports:read", interval_ms: 250 });
    expect([
      query.concerns("export.progress", EXPORT),
      query.concerns("export.progress", "exp_other"),
      query.concerns("product.created", EXPORT),
    ]).toEqual([true, false, false]);
    values["exports.get"] = { status: "running", progress: { rows_done: 5 }, finished_at: null };
    expect(read(query.show(host, 1))).toMatchObject({ final: false, data: { exportProgress: { status: "RUNNING", progress: { rowsDone: 5 } } } });
    values["exports.get"] = { status: "succeeded", progress: { rows_done: 9 }, finished_at: "2019-10-01T00:00:00.000Z" };
    expect(read(query.show(host, 2))).toMatchObject({ final: true, data: { exportProgress: { status: "SUCCEEDED" } } });
    fails = { code: "NOT_FOUND", message: "No such export", details: {} };
    expect(read(query.show(host, 3))).toMatchObject({ final: true, data: { exportProgress: null }, errors: [{ extensions: { code: "NOT_FOUND" } }] });
  });

  it("usageUpdated: each credential's own, after every use", () => {
    const query = subscribe(`subscription { usageUpdated { totals { calls } } }`);
    expect(query).toMatchObject({ kind: "state", scope: "usage:read", per_credential: true, follows_usage: true, interval_ms: 1_000 });
    expect(query.concerns("product.created", PRODUCT)).toBe(false);
    values["usage.get"] = { totals: { calls: 5_000_000_000 } };
    expect(read(query.show(host, 4))).toMatchObject({ final: false, data: { usageUpdated: { totals: { calls: 5_000_000_000 } } } });
  });
});
