import { invalidParameter } from "./protocol_errors.ts";

/** Items of a list in one answer (MCP 2026-07-28, server/utilities/pagination). */
export const LIST_PAGE = 50;

export interface ListPage<Item> {
  items: readonly Item[];
  /** Absent at the end. */
  nextCursor?: string;
}

/**
 * One page of a list whose items have names. A cursor is the name of the last item that was told, so that a list which changes meanwhile repeats and skips nothing. It is checked, not
 * signed: it opens nothing that the list without it does not. Throws McpError for one that is not of this list.
 */
export function pageOfList<Item>(list: readonly Item[], nameOf: (item: Item) => string, cursor: unknown, size = LIST_PAGE): ListPage<Item> {
  const start = cursor === undefined ? 0 : startAfter(list, nameOf, cursor);
  const items = start === 0 && list.length <= size ? list : list.slice(start, start + size);
  return start + size < list.length ? { items, nextCursor: btoa(nameOf(items.at(-1)!)) } : { items };
}

function startAfter<Item>(list: readonly Item[], nameOf: (item: Item) => string, cursor: unknown): number {
  const place = typeof cursor === "string" ? list.findIndex((item) => btoa(nameOf(item)) === cursor) : -1;
  if (place >= 0) return place + 1;
  throw invalidParameter("cursor", "the nextCursor of a page of this list; without one the list begins anew");
}
