import type { Database } from "../../src/domain/database.ts";
import { localDay, localHour, weekOfDay } from "../../src/domain/time.ts";

/** One raw event of a test; whatever is not given is none. Money in minor units. */
export interface RawEvent {
  at_ms: number;
  type: string;
  session: string;
  visitor: string;
  source?: string;
  campaign?: string;
  /** The product's external id. */
  product?: string;
  price?: number;
  quantity?: number;
  transaction?: string;
  value?: number;
  currency?: string;
}

const STEPS = ["view_item", "add_to_cart", "begin_checkout", "purchase"];

/** Bit s is set when the steps of subset s occur in order among these types. */
export function reachedMask(types: readonly string[]): number {
  let mask = 0;
  for (let subset = 1; subset <= 15; subset++) {
    const wanted = STEPS.filter((_, bit) => (subset >> bit) & 1);
    let next = 0;
    for (const type of types) if (type === wanted[next]) next++;
    if (next === wanted.length) mask |= 1 << subset;
  }
  return mask;
}

class Tally {
  private readonly counts = new Map<string, number[]>();
  constructor(private readonly table: string) {}

  add(key: readonly (string | number)[], ...amounts: number[]): void {
    const name = JSON.stringify(key);
    const known = this.counts.get(name) ?? amounts.map(() => 0);
    this.counts.set(
      name,
      known.map((value, index) => value + amounts[index]!),
    );
  }

  write(db: Database): void {
    for (const [name, amounts] of this.counts) {
      const values = [...(JSON.parse(name) as (string | number)[]), ...amounts];
      db.run(`INSERT INTO ${this.table} VALUES (${values.map(() => "?").join(", ")})`, ...values);
    }
  }
}

/** Writes the rollups of these events by the contract of the tables, without any code of the ingest. */
export function fillRollups(db: Database, raw: readonly RawEvent[], time_zone: string): void {
  const events = raw.toSorted((a, b) => a.at_ms - b.at_ms);
  const table = (name: string) => new Tally(name);
  const [by_event, by_session, orders, products] = ["rollup_events", "rollup_sessions", "rollup_orders", "rollup_products"].map(table) as [
    Tally,
    Tally,
    Tally,
    Tally,
  ];
  const [friction, visitors, cohorts] = ["rollup_friction", "rollup_visitors", "rollup_cohorts"].map(table) as [Tally, Tally, Tally];
  const [product_sessions, pairs] = ["rollup_product_sessions", "rollup_product_pairs"].map(table) as [Tally, Tally];
  const refs = new Map([...new Set(events.flatMap((event) => event.product ?? []))].map((product, index) => [product, index + 1]));
  for (const [product, ref] of refs) db.run("INSERT INTO product_refs VALUES (?, 'external_id', ?, NULL)", ref, product);

  const transactions = new Set<string>();
  for (const event of events) {
    const hour = localHour(event.at_ms, time_zone);
    const day = localDay(event.at_ms, time_zone);
    const [source, campaign] = [event.source ?? "web", event.campaign ?? ""];
    by_event.add([hour, event.type, source, campaign], 1);
    if (event.type === "rage_click" || event.type === "error") friction.add([hour, event.type], 1);
    const ref = event.product === undefined ? undefined : refs.get(event.product);
    if (event.type === "view_item" && ref) products.add([day, ref], 1, 0, 0, 0, 0);
    if (event.type === "add_to_cart" && ref) products.add([day, ref], 0, 1, 0, 0, 0);
    const currency = event.currency ?? "USD";
    if (event.type === "refund") orders.add([hour, currency, source, campaign], 0, 0, 1, event.value ?? 0);
    if (event.type !== "purchase" || (event.transaction !== undefined && transactions.has(event.transaction))) continue;
    if (event.transaction !== undefined) transactions.add(event.transaction);
    orders.add([hour, currency, source, campaign], 1, event.value ?? 0, 0, 0);
    if (ref) products.add([day, ref], 0, 0, 1, event.quantity ?? 1, (event.price ?? 0) * (event.quantity ?? 1));
  }
  for (const session of Map.groupBy(events, (event) => event.session).values()) {
    const [first] = session;
    const day = localDay(first!.at_ms, time_zone);
    by_session.add(
      [localHour(first!.at_ms, time_zone), first!.source ?? "web", first!.campaign ?? "", reachedMask(session.map((event) => event.type))],
      1,
    );
    const touched = [...new Set(session.flatMap((event) => (event.product === undefined ? [] : (refs.get(event.product) ?? []))))].toSorted(
      (a, b) => a - b,
    );
    touched.forEach((a, index) => {
      product_sessions.add([day, a], 1);
      for (const b of touched.slice(index + 1)) pairs.add([day, a, b], 1);
    });
  }
  for (const visits of Map.groupBy(events, (event) => event.visitor).values()) {
    const days = [...new Set(visits.map((event) => localDay(event.at_ms, time_zone)))];
    const weeks = [...new Set(days.map(weekOfDay))];
    days.forEach((day, index) => visitors.add(["day", day, index === 0 ? 0 : day - days[index - 1]!], 1));
    weeks.forEach((week, index) => {
      visitors.add(["week", week, index === 0 ? 0 : week - weeks[index - 1]!], 1);
      cohorts.add([weeks[0]!, week], 1);
    });
  }
  for (const tally of [by_event, by_session, orders, products, friction, visitors, cohorts, product_sessions, pairs]) tally.write(db);
}
