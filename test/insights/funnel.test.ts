import { describe, expect, it } from "vitest";
import { funnelInsight } from "../../src/domain/insights/funnel.ts";
import { localDate } from "./calendar.ts";
import { randomEvents } from "./generator.ts";
import type { RawEvent } from "./rollups.ts";
import { withShop } from "./shop.ts";

const STEPS = ["view_item", "add_to_cart", "begin_checkout", "purchase"] as const;

describe.each([
  ["UTC", 51],
  ["America/New_York", 52],
])("a funnel in %s", (time_zone, seed) => {
  const events = randomEvents(seed, Date.UTC(2019, 9, 20), 25, 300).map((event): RawEvent => ({
    ...event,
    campaign: event.campaign === "sale" ? `sale-${Number(event.session.slice(1)) % 25}` : event.campaign!,
  }));
  const sessions = [...Map.groupBy(events, (event) => event.session).values()];
  const now = { date_from: "2019-10-28", date_to: "2019-11-06" };
  const past = { date_from: "2019-10-22", date_to: "2019-10-26" };
  const input = { ...now, compare_from: past.date_from, compare_to: past.date_to, steps: [...STEPS] };

  /** Sessions that started in these days and went through the first so many steps in order. */
  function counted({ date_from, date_to }: typeof now, isOf: (first: RawEvent) => boolean): number[] {
    const mine = sessions.filter(([first]) => {
      const date = localDate(first!.at_ms, time_zone);
      return isOf(first!) && date >= date_from && date <= date_to;
    });
    const through = (session: RawEvent[]): number => session.reduce((step, { type }) => (type === STEPS[step] ? step + 1 : step), 0);
    return [mine.length, ...STEPS.map((_, index) => mine.filter((session) => through(session) > index).length)];
  }
  const shown = (funnel: { sessions: number; steps: { sessions: number }[] }): number[] => [
    funnel.sessions,
    ...funnel.steps.map((step) => step.sessions),
  ];

  it("has the figures of both ranges that a count over the raw events gives", () =>
    withShop({ events, time_zone }, ({ call }) => {
      const funnel = call(funnelInsight, input);
      expect([funnel.range, funnel.previous_range]).toMatchObject([now, past]);
      expect(shown(funnel)).toEqual(counted(now, () => true));
      expect(shown(funnel.previous)).toEqual(counted(past, () => true));
      expect(funnel).toMatchObject({ values: [], others: null });
    }));

  it.each([
    ["source", (event: RawEvent) => event.source!],
    ["campaign", (event: RawEvent) => event.campaign!],
  ] as const)("split by %s is exact, with the others together, and adds up", (dimension, valueOf) =>
    withShop({ events, time_zone }, ({ call }) => {
      const { values, others, ...whole } = call(funnelInsight, { ...input, dimension });
      const isListed = new Set(values.map(({ key }) => key ?? ""));
      const occurring = new Set(
        sessions.flatMap(([first]) => {
          const date = localDate(first!.at_ms, time_zone);
          return [now, past].some(({ date_from, date_to }) => date >= date_from && date <= date_to) ? [valueOf(first!)] : [];
        }),
      );
      expect(values).toHaveLength(Math.min(20, occurring.size));
      for (const { key, previous, ...current } of values) {
        expect([key, shown(current)]).toEqual([key, counted(now, (first) => valueOf(first) === (key ?? ""))]);
        expect([key, shown(previous)]).toEqual([key, counted(past, (first) => valueOf(first) === (key ?? ""))]);
      }
      if (dimension === "campaign") {
        expect(shown(others!)).toEqual(counted(now, (first) => !isListed.has(valueOf(first))));
        expect(shown(others!.previous)).toEqual(counted(past, (first) => !isListed.has(valueOf(first))));
      } else expect(others).toBeNull();
      expect(shown(whole)).toEqual(counted(now, () => true));
      const sizes = values.map(({ sessions: size, previous }) => size + previous.sessions);
      expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    }),
  );
});
