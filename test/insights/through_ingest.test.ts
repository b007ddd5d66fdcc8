import { describe, expect, it } from "vitest";
import { OPERATIONS_BY_NAME } from "../../src/domain/registry.ts";
import { createOrganization, send } from "../support/api.ts";
import { localDate } from "./calendar.ts";
import { randomEvents } from "./generator.ts";

const time_zone = "Europe/Berlin";
const events = randomEvents(11, Date.UTC(2019, 9, 20), 20, 150);
const range = { date_from: "2019-10-22", date_to: "2019-11-03" };

const interactions = events.map((event, index) => ({
  event_id: `e${index}`,
  type: event.type,
  source_type: event.source,
  occurred_at: new Date(event.at_ms).toISOString(),
  visitor_id: event.visitor,
  session_id: event.session,
  ...(event.campaign ? { context: { campaign: { name: event.campaign } } } : {}),
  ...(event.value === undefined ? {} : { value: { amount: event.value, currency: event.currency ?? "USD" } }),
  ...(event.transaction === undefined ? {} : { transaction_id: event.transaction }),
  ...(event.product === undefined ? {} : { items: [{ external_id: event.product }] }),
}));

/** Batches in an order that is not the events' own, so that the rollups have to be corrected. */
const batches = [
  interactions.filter((_, index) => index % 3 === 2),
  interactions.filter((_, index) => index % 3 === 0),
  interactions.filter((_, index) => index % 3 === 1),
];

describe.skipIf(!OPERATIONS_BY_NAME.has("interactions.ingest"))("interactions sent over REST", () => {
  it("show up in the insights exactly as a count over them says, in whatever order they came and however often", async () => {
    const { api_key: key } = await createOrganization({ time_zone, currency: "USD" });
    for (const batch of [...batches, batches[0]!]) {
      const reply = await send("POST", "/api/v2/interactions", { key, body: { interactions: batch, backfill: true } });
      expect(reply.body).toMatchObject({ rejected: 0 });
    }
    const inRange = (at_ms: number): boolean => localDate(at_ms, time_zone) >= range.date_from && localDate(at_ms, time_zone) <= range.date_to;
    const mine = events.filter((event) => inRange(event.at_ms));
    const started = [...Map.groupBy(events, (event) => event.session).values()].filter(([first]) => inRange(first!.at_ms));
    const has = (session: typeof events, type: string): boolean => session.some((event) => event.type === type);
    const purchasing = started.filter((session) => has(session, "purchase")).length;
    const reply = await send<{ totals: Record<string, { value: unknown }> }>("GET", `/api/v2/insights?${new URLSearchParams(range).toString()}`, {
      key,
    });
    const { totals } = reply.body;
    expect(totals.interactions?.value).toBe(mine.length);
    expect(totals.visitors?.value).toBe(new Set(mine.map((event) => event.visitor)).size);
    expect(totals.sessions?.value).toBe(started.length);
    expect(totals.conversion_rate?.value).toBe(Math.round((purchasing / started.length) * 1e6) / 1e6);
    expect(totals.orders?.value).toBe(countedOrders().filter((event) => inRange(event.at_ms)).length);
  });
});

/** The first received purchase of a transaction is the one that counts. */
function countedOrders(): typeof events {
  const received = [2, 0, 1].flatMap((remainder) => events.filter((_, index) => index % 3 === remainder));
  const seen = new Set<string>();
  return received.filter((event) => event.type === "purchase" && !seen.has(event.transaction!) && seen.add(event.transaction!));
}
