import type { DayRange } from "../range.ts";
import { readSums, type FigureReader } from "./sums.ts";

/** Orders and refunds in one currency, in its minor units. */
export interface CurrencyOrders {
  currency: string;
  orders: number;
  gross: number;
  refunds: number;
  refunded: number;
}

/** Every currency that occurred in the range, the one with most orders first. Amounts of different currencies are never added. */
export function readOrdersByCurrency(reader: FigureReader, range: DayRange): CurrencyOrders[] {
  return readSums(reader, "rollup_orders", range, ["currency"]).toSorted((a, b) => b.orders - a.orders || (a.currency < b.currency ? -1 : 1));
}
