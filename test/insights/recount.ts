import { localDate } from "./calendar.ts";
import type { RawEvent } from "./rollups.ts";

export interface Dates {
  date_from: string;
  date_to: string;
}

/** Counts over raw events, without any code under test. */
export class Recount {
  private readonly sessions: RawEvent[][];
  private readonly orders: RawEvent[];

  constructor(
    private readonly events: readonly RawEvent[],
    private readonly time_zone: string,
  ) {
    this.sessions = [...Map.groupBy(events, (event) => event.session).values()];
    const seen = new Set<string>();
    this.orders = events.filter((event) => event.type === "purchase" && !seen.has(event.transaction!) && seen.add(event.transaction!));
  }

  isIn(event: RawEvent, { date_from, date_to }: Dates): boolean {
    const date = localDate(event.at_ms, this.time_zone);
    return date >= date_from && date <= date_to;
  }

  /** The figures of these days, of the events that meet the condition. */
  of(dates: Dates, condition: (event: RawEvent) => boolean = () => true) {
    const mine = this.events.filter((event) => condition(event) && this.isIn(event, dates));
    const started = this.sessions.filter(([first]) => condition(first!) && this.isIn(first!, dates));
    const orders = this.orders.filter((event) => condition(event) && this.isIn(event, dates));
    const own = orders.filter((event) => (event.currency ?? "USD") === "USD");
    const refunds = mine.filter((event) => event.type === "refund");
    const sum = (list: RawEvent[]): number => list.reduce((total, event) => total + (event.value ?? 0), 0);
    const named = (type: string): number => mine.filter((event) => event.type === type && event.product !== undefined).length;
    return {
      interactions: mine.length,
      sessions: started.length,
      purchasing_sessions: started.filter((session) => session.some(({ type }) => type === "purchase")).length,
      visitors: new Set(mine.map((event) => event.visitor)).size,
      orders: orders.length,
      own_currency_orders: own.length,
      gross: sum(own),
      refunded: sum(refunds),
      revenue: sum(own) - sum(refunds),
      views: named("view_item"),
      carts: named("add_to_cart"),
      purchases: orders.filter((event) => event.product !== undefined).length,
      item_revenue: orders.reduce((total, event) => total + (event.product === undefined ? 0 : (event.price ?? 0) * (event.quantity ?? 1)), 0),
    };
  }
}

/** The date so many days later. */
export function plusDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

export const sixDecimals = (value: number): number => Math.round(value * 1e6) / 1e6;
