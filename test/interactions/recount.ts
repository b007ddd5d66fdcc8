import type { SqliteDatabase } from "../../src/actors/core/sqlite.ts";
import { localDay, localHour, weekOfDay } from "../../src/domain/time.ts";

interface Raw {
  seq: number;
  type: string;
  source_type: string;
  occurred_at: number;
  visitor: number | null;
  session: number;
  transaction_id: string | null;
  value: number | null;
  currency: string | null;
  data: string;
}

type Counts = Map<string, number[]>;

function add(counts: Counts, key: (string | number)[], amounts: number[]): void {
  const name = key.join("|");
  const known = counts.get(name) ?? amounts.map(() => 0);
  counts.set(
    name,
    known.map((value, index) => value + amounts[index]!),
  );
}

/** Every rollup, counted from the raw rows by the definitions alone and as simply as possible. */
export function recount(db: SqliteDatabase, time_zone: string, currency: string): Record<string, Counts> {
  const rows = db.all<Raw>("SELECT * FROM interactions ORDER BY seq");
  const tables: Record<string, Counts> = {};
  const table = (name: string): Counts => (tables[name] ??= new Map());
  const ordersSeen = new Set<string>();
  const sessions = new Map<number, Raw[]>();
  const visitorDays = new Map<number, Set<number>>();
  for (const row of rows) {
    const hour = localHour(row.occurred_at, time_zone);
    const day = localDay(row.occurred_at, time_zone);
    const data = JSON.parse(row.data) as {
      items?: { ref: number; quantity: number; price: { amount: number; currency: string } | null }[];
      context?: { campaign?: { name?: string } };
      properties?: { name?: string; value?: number };
    };
    const campaign = data.context?.campaign?.name ?? "";
    const is_order = row.type === "purchase" && (row.transaction_id === null || !ordersSeen.has(row.transaction_id));
    if (row.type === "purchase" && row.transaction_id !== null) ordersSeen.add(row.transaction_id);
    add(table("rollup_events"), [hour, row.type, row.source_type, campaign], [1]);
    if (is_order) add(table("rollup_orders"), [hour, row.currency ?? currency, row.source_type, campaign], [1, row.value ?? 0, 0, 0]);
    if (row.type === "refund") add(table("rollup_orders"), [hour, row.currency ?? currency, row.source_type, campaign], [0, 0, 1, row.value ?? 0]);
    for (const ref of new Set((data.items ?? []).map((item) => item.ref))) {
      const mine = data.items!.filter((item) => item.ref === ref);
      const revenue = mine.reduce((sum, item) => sum + (item.price?.currency === currency ? item.price.amount * item.quantity : 0), 0);
      const quantity = mine.reduce((sum, item) => sum + item.quantity, 0);
      if (row.type === "view_item") add(table("rollup_products"), [day, ref], [1, 0, 0, 0, 0]);
      if (row.type === "add_to_cart") add(table("rollup_products"), [day, ref], [0, 1, 0, 0, 0]);
      if (is_order) add(table("rollup_products"), [day, ref], [0, 0, 1, quantity, revenue]);
    }
    if (row.type === "rage_click") add(table("rollup_friction"), [hour, "rage_click"], [1]);
    if (row.type === "error" || row.type === "api_error") add(table("rollup_friction"), [hour, "error"], [1]);
    if (row.type === "web_vital" && data.properties?.name === "LCP" && (data.properties.value ?? 0) > 2_500)
      add(table("rollup_friction"), [hour, "lcp_poor"], [1]);
    sessions.set(row.session, [...(sessions.get(row.session) ?? []), row]);
    if (row.visitor !== null) visitorDays.set(row.visitor, (visitorDays.get(row.visitor) ?? new Set()).add(day));
  }
  for (const events of sessions.values()) recountSession(events, time_zone, table);
  for (const days of visitorDays.values())
    recountVisitor(
      [...days].toSorted((a, b) => a - b),
      table,
    );
  return tables;
}

const STEPS = ["view_item", "add_to_cart", "begin_checkout", "purchase"];

function recountSession(events: Raw[], time_zone: string, table: (name: string) => Counts): void {
  const inTime = events.toSorted((a, b) => a.occurred_at - b.occurred_at || a.seq - b.seq);
  const first = inTime[0]!;
  const parse = (row: Raw): { items?: { ref: number }[]; context?: { campaign?: { name?: string } } } => JSON.parse(row.data) as never;
  let reached = 0;
  for (let subset = 0; subset < 16; subset++) {
    const wanted = STEPS.filter((_step, index) => subset & (1 << index));
    let position = 0;
    for (const { type } of inTime) if (type === wanted[position]) position++;
    if (position === wanted.length) reached |= 1 << subset;
  }
  const hour = localHour(first.occurred_at, time_zone);
  add(table("rollup_sessions"), [hour, first.source_type, parse(first).context?.campaign?.name ?? "", reached], [1]);
  const day = Math.floor(hour / 24);
  const products = [
    ...new Set(
      inTime
        .filter(({ type }) => ["view_item", "add_to_cart", "purchase"].includes(type))
        .flatMap((row) => (parse(row).items ?? []).map(({ ref }) => ref)),
    ),
  ].toSorted((a, b) => a - b);
  products.forEach((ref, index) => {
    add(table("rollup_product_sessions"), [day, ref], [1]);
    for (const other of products.slice(index + 1)) add(table("rollup_product_pairs"), [day, ref, other], [1]);
  });
}

function recountVisitor(days: number[], table: (name: string) => Counts): void {
  const weeks = [...new Set(days.map(weekOfDay))];
  days.forEach((day, index) => add(table("rollup_visitors"), ["day", day, index === 0 ? 0 : day - days[index - 1]!], [1]));
  weeks.forEach((week, index) => {
    add(table("rollup_visitors"), ["week", week, index === 0 ? 0 : week - weeks[index - 1]!], [1]);
    add(table("rollup_cohorts"), [weeks[0]!, week], [1]);
  });
}

const KEYS: Record<string, string[]> = {
  rollup_events: ["hour", "type", "source_type", "campaign"],
  rollup_sessions: ["hour", "source_type", "campaign", "reached"],
  rollup_orders: ["hour", "currency", "source_type", "campaign"],
  rollup_products: ["day", "ref"],
  rollup_friction: ["hour", "signal"],
  rollup_visitors: ["period", "bucket", "gap"],
  rollup_cohorts: ["cohort_week", "week"],
  rollup_product_sessions: ["day", "ref"],
  rollup_product_pairs: ["day", "ref_a", "ref_b"],
};

/** The rollup tables as they are stored, in the same form. */
export function stored(db: SqliteDatabase): Record<string, Counts> {
  return Object.fromEntries(
    Object.entries(KEYS).map(([name, keys]) => {
      const rows = db.all<Record<string, string | number>>(`SELECT * FROM ${name}`);
      return [
        name,
        new Map(
          rows.map((row) => [
            keys.map((key) => row[key]).join("|"),
            Object.keys(row)
              .filter((column) => !keys.includes(column))
              .map((column) => Number(row[column])),
          ]),
        ),
      ];
    }),
  );
}

/** Both as sorted lines, so that a difference reads well. */
export function lines(tables: Record<string, Counts>): string[] {
  return Object.keys(KEYS)
    .flatMap((name) => [...(tables[name] ?? new Map<string, number[]>())].map(([key, amounts]) => `${name} ${key} = ${amounts.join(",")}`))
    .toSorted();
}
