/** Bytes of JSON in one structured result: more than that is no answer but a load. */
export const RESULT_MAX_BYTES = 49_152;
/** Texts that stay whole even where lists alone cannot make an answer short enough. */
const TEXT_LENGTH_KEPT = 2_000;
const ROUNDS_MAX = 30;

/** What was left out of a result: which list, how many of its items are there, and how many there were. `[]` in a path stands for every item. */
export interface Shortened {
  path: string;
  shown: number;
  total: number;
}

export function bytesOf(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value) ?? "").length;
}

/** The value with its longest lists shortened until it fits, from their ends, or from the oldest of a course of time, and what was left out of it. It is changed in place. */
export function shorten(value: unknown, bytes_max = RESULT_MAX_BYTES): Shortened[] {
  const totals = new Map<string, Shortened>();
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const excess = bytesOf(value) - bytes_max;
    if (excess <= 0) break;
    const list = longestOf(groupsOf(value), excess);
    if (!list) {
      cutTexts(value);
      break;
    }
    // The separators between items are counted with them, so that one round is mostly enough.
    const shown = Math.max(1, Math.min(list.length - 1, Math.floor(list.length * (1 - excess / list.bytes))));
    for (const items of list.arrays) if (items.length > shown) items.splice(isCourse(items) ? 0 : shown, items.length - shown);
    totals.set(list.path, { path: list.path, shown, total: totals.get(list.path)?.total ?? list.length });
  }
  return [...totals.values()];
}

/** What follows a course of time from the oldest on: its newest are what is asked about. */
function isCourse(items: readonly unknown[]): boolean {
  const [first, last] = [timeOf(items[0]), timeOf(items.at(-1))];
  return first !== null && last !== null && first < last;
}

function timeOf(item: unknown): string | null {
  const { starts_at, date } = (item ?? {}) as { starts_at?: unknown; date?: unknown };
  return typeof starts_at === "string" ? starts_at : typeof date === "string" ? date : null;
}

/** Lists at the same place of different rows. */
interface Group {
  path: string;
  arrays: unknown[][];
  /** Items of the longest. */
  length: number;
  bytes: number;
}

/** The list with most items of those whose items are what is too much; else the largest one. */
function longestOf(groups: readonly Group[], excess: number): Group | undefined {
  const long = groups.filter(({ length }) => length > 1);
  const enough = long.filter(({ bytes }) => bytes > excess);
  if (enough.length > 0) return enough.toSorted((a, b) => b.length - a.length)[0];
  return long.toSorted((a, b) => b.bytes - a.bytes)[0];
}

function groupsOf(value: unknown): Group[] {
  const groups = new Map<string, Group>();
  const visit = (part: unknown, path: string): void => {
    if (typeof part !== "object" || part === null) return;
    if (Array.isArray(part)) {
      const group = groups.get(path) ?? { path, arrays: [], length: 0, bytes: 0 };
      group.arrays.push(part as unknown[]);
      group.length = Math.max(group.length, part.length);
      group.bytes += bytesOf(part);
      groups.set(path, group);
      for (const item of part) visit(item, `${path}[]`);
    } else for (const [name, item] of Object.entries(part)) visit(item, path === "" ? name : `${path}.${name}`);
  };
  visit(value, "");
  return [...groups.values()];
}

function cutTexts(part: unknown): void {
  if (typeof part !== "object" || part === null) return;
  for (const [name, item] of Object.entries(part)) {
    if (typeof item === "string" && item.length > TEXT_LENGTH_KEPT) (part as Record<string, unknown>)[name] = `${item.slice(0, TEXT_LENGTH_KEPT)}…`;
    else cutTexts(item);
  }
}
