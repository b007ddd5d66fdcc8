import * as z from "zod";
import type { OperationContext } from "./context.ts";
import { openCursor, sealCursor } from "./cursor.ts";
import type { SqlValue } from "./database.ts";
import { invalid } from "./errors.ts";
import { Page } from "./page.ts";
import { CalendarDate, Timestamp, DAY_MS, dayOfDate, startOfDayMs } from "./time.ts";

export const PAGE_LIMIT_DEFAULT = 50;
export const PAGE_LIMIT_MAX = 100;
const SORT_KEYS_MAX = 3;

/** What a condition may look at besides its value. */
export type FilterContext = Pick<OperationContext, "organization" | "db" | "now">;

export interface Condition {
  sql: string;
  params: SqlValue[];
}

/** One typed filter field: its schema and the indexed condition it stands for. */
export interface FilterField<Schema extends z.ZodType = z.ZodType> {
  schema: Schema;
  toCondition(value: z.output<Schema>, ctx: FilterContext): Condition;
  /** The same for rows that are at hand already, where another way is cheaper than finding them. */
  toMatch?(value: z.output<Schema>, ctx: FilterContext): Condition;
}

/** Matches one value, or any of several sent as a list (or comma-separated in a query string). */
export function oneOf<Item extends z.ZodType<string>>(column: string, item: Item, description: string) {
  const schema = z.union([item, z.array(item).min(1).max(50)]).describe(description);
  return {
    schema,
    toCondition: (value: string | string[]): Condition =>
      Array.isArray(value)
        ? { sql: `${column} IN (SELECT value FROM json_each(?))`, params: [JSON.stringify(value)] }
        : { sql: `${column} = ?`, params: [value] },
  } satisfies FilterField<z.ZodType>;
}

/** A date (a whole day in the organization's time zone) or a moment; inclusive. */
export const DateOrTimestamp = z
  .union([CalendarDate, Timestamp], { error: "ISO 8601 format" })
  .describe("ISO 8601 date (in the organization's time zone) or date and time");

export function fromDate(column: string): FilterField<typeof DateOrTimestamp> {
  return {
    schema: DateOrTimestamp,
    toCondition: (value, ctx) => ({ sql: `${column} >= CAST(? AS INTEGER)`, params: [dateFromMs(value, ctx)] }),
  };
}
export function toDate(column: string): FilterField<typeof DateOrTimestamp> {
  return {
    schema: DateOrTimestamp,
    toCondition: (value, ctx) => ({ sql: `${column} <= CAST(? AS INTEGER)`, params: [dateToMs(value, ctx)] }),
  };
}
/** The first millisecond that `date_from` includes. */
export function dateFromMs(value: string, ctx: FilterContext): number {
  return value.length === 10 ? startOfDayMs(dayOfDate(value), ctx.organization.time_zone) : Date.parse(value);
}
/** The last millisecond that `date_to` includes. */
export function dateToMs(value: string, ctx: FilterContext): number {
  return value.length === 10 ? startOfDayMs(dayOfDate(value) + 1, ctx.organization.time_zone) - 1 : Date.parse(value);
}
export const MS_PER_DAY = DAY_MS;

type Filters = Record<string, FilterField>;
type FilterShape<F extends Filters> = { [K in keyof F]: z.ZodOptional<F[K]["schema"]> };

export interface ListingDefinition<F extends Filters> {
  /** Names the listing in its cursors. */
  name: string;
  /** Table (with joins) to select from. */
  from: string;
  /** The table alone, where `from` joins to it without making rows more or fewer and no filter looks at what is joined: what is counted. */
  counted?: string;
  /** Unique, indexed tie-breaker that ends every sort. */
  key: string;
  filters: F;
  /** Sort name → indexed, non-null SQL expression. */
  sorts: Record<string, string>;
  default_sort: string;
}

interface SortKey {
  expression: string;
  descending: boolean;
}

/** Names that a listing's `sort` input takes, by that schema, for protocols that show them as an enumeration. */
export const SORT_NAMES = z.registry<{ names: readonly string[] }>();

export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({ data: z.array(item), next_cursor: z.string().nullable().describe("Send as `cursor` for the next page; null at the end") });
}

/**
 * A list that pages by keyset: typed filters and multi-key sort on indexed columns only, cursors signed and bound to the filter and sort
 * they were made for, so a page never repeats or skips a row that was there throughout.
 */
export function defineListing<F extends Filters>(definition: ListingDefinition<F>) {
  const filterShape = Object.fromEntries(
    Object.entries(definition.filters).map(([name, field]) => [name, field.schema.optional()]),
  ) as FilterShape<F>;
  const filter = z.strictObject(filterShape);
  const sortNames = Object.keys(definition.sorts);
  const sortInput = z
    .string()
    .max(200)
    .optional()
    .describe(`Comma-separated sort keys, "-" before a key for descending: ${sortNames.join(", ")}. Default ${definition.default_sort}`)
    .register(SORT_NAMES, { names: sortNames });
  const input = z.strictObject({
    filter: filter.optional().describe("Only rows that meet every condition"),
    sort: sortInput,
    limit: z.coerce.number().int().min(1).max(PAGE_LIMIT_MAX).default(PAGE_LIMIT_DEFAULT).describe(`Rows per page, 1 to ${PAGE_LIMIT_MAX}`),
    cursor: z.string().max(2_000).optional().describe("`next_cursor` of the page before"),
  });

  function parseSort(text: string): SortKey[] {
    const keys: SortKey[] = [];
    for (const part of text.split(",")) {
      const descending = part.startsWith("-");
      const name = descending ? part.slice(1) : part;
      const expression = Object.hasOwn(definition.sorts, name) ? definition.sorts[name] : undefined;
      if (!expression || keys.some((key) => key.expression === expression))
        throw invalid("sort", `up to ${SORT_KEYS_MAX} different keys of: ${sortNames.join(", ")}`, `Cannot sort by "${name}"`);
      keys.push({ expression, descending });
    }
    if (keys.length > SORT_KEYS_MAX) throw invalid("sort", `at most ${SORT_KEYS_MAX} keys`);
    keys.push({ expression: definition.key, descending: keys[0]!.descending });
    return keys;
  }

  /** The filter as one SQL condition; `1` where there is none. */
  function where(filterValue: z.output<typeof filter> | undefined, ctx: FilterContext, rows: "searched" | "at_hand" = "searched"): Condition {
    const conditions: Condition[] = [];
    for (const [name, value] of Object.entries(filterValue ?? {})) {
      if (value === undefined) continue;
      const field = definition.filters[name]!;
      conditions.push((rows === "at_hand" && field.toMatch?.(value, ctx)) || field.toCondition(value, ctx));
    }
    if (conditions.length === 0) return { sql: "1", params: [] };
    return { sql: conditions.map((condition) => `(${condition.sql})`).join(" AND "), params: conditions.flatMap((condition) => condition.params) };
  }

  /** Rows of one page, `columns` selected, and the cursor of the next. */
  function page<Row extends object>(ctx: OperationContext, query: z.output<typeof input>, columns: string): Page<Row> {
    const sort = query.sort ?? definition.default_sort;
    const keys = parseSort(sort);
    const binding = `${definition.name}\n${sort}\n${JSON.stringify(query.filter ?? {}, Object.keys(query.filter ?? {}).toSorted())}`;
    const condition = where(query.filter, ctx);
    const params = [...condition.params];
    let sql = condition.sql;
    if (query.cursor !== undefined) {
      const after = afterCursor(keys, openCursor(ctx.vault, binding, query.cursor, keys.length));
      sql = `(${sql}) AND (${after.sql})`;
      params.push(...after.params);
    }
    const order = keys.map((key) => `${key.expression}${key.descending ? " DESC" : ""}`).join(", ");
    const keyColumns = keys.map((key, index) => `${key.expression} AS cursor_${index}`).join(", ");
    const rows = ctx.db.all<Row & Record<string, SqlValue>>(
      `SELECT ${columns}, ${keyColumns} FROM ${definition.from} WHERE ${sql} ORDER BY ${order} LIMIT ${query.limit + 1}`,
      ...params,
    );
    const more = rows.length > query.limit;
    if (more) rows.pop();
    const cursorAt = (index: number): string =>
      sealCursor(
        ctx.vault,
        binding,
        keys.map((_, key) => rows[index]![`cursor_${key}`] as SqlValue),
      );
    const total = (): number =>
      ctx.db.one<{ total: number }>(
        `SELECT count(*) AS total FROM ${definition.counted ?? definition.from} WHERE ${condition.sql}`,
        ...condition.params,
      )!.total;
    return new Page<Row>(rows, more ? cursorAt(rows.length - 1) : null, cursorAt, total);
  }

  return { definition, filter, input, where, page };
}

/** Rows strictly after these key values in mixed-direction order: (a > ?) OR (a = ? AND b < ?) OR … */
function afterCursor(keys: SortKey[], values: SqlValue[]): Condition {
  const alternatives: string[] = [];
  const params: SqlValue[] = [];
  keys.forEach((key, index) => {
    const equal = keys.slice(0, index).map((earlier) => `${earlier.expression} = ?`);
    alternatives.push(`(${[...equal, `${key.expression} ${key.descending ? "<" : ">"} ?`].join(" AND ")})`);
    params.push(...values.slice(0, index), values[index]!);
  });
  // The redundant first bound lets SQLite seek in the index of the first key instead of evaluating the OR row by row.
  const [first] = keys;
  return { sql: `${first!.expression} ${first!.descending ? "<=" : ">="} ? AND (${alternatives.join(" OR ")})`, params: [values[0]!, ...params] };
}
