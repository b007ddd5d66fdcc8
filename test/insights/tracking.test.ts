import { describe, expect, it } from "vitest";
import { trackingInsight } from "../../src/domain/insights/tracking.ts";
import { EVENT_TYPES } from "../../src/domain/interactions/event_types.ts";
import { localDate } from "./calendar.ts";
import { randomEvents } from "./generator.ts";
import { plusDays, sixDecimals } from "./recount.ts";
import type { RawEvent } from "./rollups.ts";
import { withShop } from "./shop.ts";

const range = { date_from: "2019-11-06", date_to: "2019-11-14" };
const before = { date_from: "2019-10-28", date_to: "2019-11-05" };

describe.each([
  ["UTC", 61],
  ["Europe/Berlin", 62],
  ["America/New_York", 63],
])("the health of the tracking in %s", (time_zone, seed) => {
  const steady = randomEvents(seed, Date.UTC(2019, 9, 20), 27, 3_000);
  const dateOf = (event: RawEvent): string => localDate(event.at_ms, time_zone);
  const within = (dates: typeof range, events: readonly RawEvent[]): RawEvent[] =>
    events.filter((event) => dateOf(event) >= dates.date_from && dateOf(event) <= dates.date_to);
  /** The campaign's purchases are lost from this day on; its checkouts go on. */
  const broken = steady.filter((event) => event.campaign !== "autumn" || event.type !== "purchase" || dateOf(event) < "2019-11-10");

  it("counts each type as the raw events do, and the days without it", () =>
    withShop({ events: broken, time_zone }, ({ call }) => {
      const { events, missing_types, total_events } = call(trackingInsight, range);
      const [now, past] = [within(range, broken), within(before, broken)];
      const types = new Set([...now, ...past].map(({ type }) => type));
      expect(total_events).toBe(types.size);
      expect(new Set(events.map(({ type }) => type))).toEqual(types);
      for (const event of events) {
        const dates = now
          .filter(({ type }) => type === event.type)
          .map(dateOf)
          .toSorted();
        expect(event).toEqual({
          type: event.type,
          interactions: dates.length,
          previous: past.filter(({ type }) => type === event.type).length,
          days_without: 9 - new Set(dates).size,
          first_date: dates[0] ?? null,
          last_date: dates.at(-1) ?? null,
          presence: "both",
        });
      }
      expect(missing_types).toEqual(EVENT_TYPES.filter((type) => !now.some((event) => event.type === type)));
    }));

  it("notices that a campaign's purchases stopped although its checkouts go on, with the figures of a count over the raw events", () =>
    withShop({ events: broken, time_zone }, ({ call }) => {
      const { silences, total_silences, findings } = call(trackingInsight, range);
      const mine = [...within(before, broken), ...within(range, broken)].filter(({ campaign }) => campaign === "autumn");
      const purchases = mine.filter(({ type }) => type === "purchase").map(dateOf);
      const checkouts = mine.filter(({ type }) => type === "begin_checkout").map(dateOf);
      const last_date = purchases.toSorted().at(-1)!;
      const since = checkouts.filter((date) => date > last_date).length;
      expect(total_silences).toBe(1);
      expect(silences).toEqual([
        {
          dimension: "campaign",
          key: "autumn",
          type: "purchase",
          last_date,
          week_before: purchases.filter((date) => date > plusDays(last_date, -7)).length,
          days_since: (Date.parse(range.date_to) - Date.parse(last_date)) / 86_400_000,
          activity_type: "begin_checkout",
          activity_since: since,
          expected_since: sixDecimals((purchases.length / (checkouts.length - since)) * since),
        },
      ]);
      expect(findings[0]).toMatch(
        new RegExp(
          `^Campaign autumn: no purchase since ${last_date}, \\d+ in the seven days up to then; ${since} begin_checkout came since, which would have brought about \\d+\\.$`,
        ),
      );
    }));

  it("says that nothing went silent where nothing did", () =>
    withShop({ events: steady, time_zone }, ({ call }) => {
      const { silences, judged, findings } = call(trackingInsight, range);
      expect(silences).toEqual([]);
      // Seven types, and four steps of two sources and four campaigns.
      expect(judged).toBe(7 + 4 * (2 + 4));
      expect(findings).toEqual([`Nothing went silent: ${judged} types and steps of sources and campaigns came often enough to notice it.`]);
    }));

  it("tells a type that stopped once, not for each source and campaign, and what is new", () => {
    const events = steady
      .filter((event) => event.type !== "purchase" || dateOf(event) < "2019-11-09")
      .map((event): RawEvent => (event.type === "rage_click" && dateOf(event) >= "2019-11-11" ? { ...event, type: "api_error" } : event));
    return withShop({ events, time_zone }, ({ call }) => {
      const { silences, findings } = call(trackingInsight, range);
      expect(silences.map(({ dimension, key, type, last_date }) => [dimension, key, type, last_date])).toEqual([
        ["event", null, "purchase", "2019-11-08"],
        ["event", null, "rage_click", "2019-11-10"],
      ]);
      const errors = events.filter(({ type }) => type === "api_error").filter((event) => dateOf(event) <= range.date_to).length;
      expect(findings).toContain(`New: api_error, ${errors} times since 2019-11-11, not once in the days before.`);
    });
  });
});

describe("tracking", () => {
  it("of nothing says that there is no data, and nothing else", () =>
    withShop({}, ({ call }) => {
      const { findings, events, silences, judged } = call(trackingInsight, range);
      expect(findings).toHaveLength(2);
      expect({ events, silences, judged }).toEqual({ events: [], silences: [], judged: 0 });
    }));

  it("does not call a campaign that ended broken, nor count days to come as days without", () => {
    const events = randomEvents(64, Date.UTC(2019, 9, 20), 21, 2_000).filter(
      ({ campaign, at_ms }) => campaign !== "autumn" || at_ms < Date.UTC(2019, 10, 8),
    );
    return withShop({ events, now_ms: Date.UTC(2019, 10, 9, 23) }, ({ call }) => {
      const { silences, events: types } = call(trackingInsight, range);
      expect(silences).toEqual([]);
      expect(types.map(({ days_without }) => days_without)).toEqual(types.map(() => 0));
    });
  });
});
