import type { Database } from "../../database.ts";
import type { DayRange } from "../range.ts";
import { readSums } from "./sums.ts";

/** Orders and refunds in one currency, in its minor units. */
export interface CurrencyOrders {
  currency: string;
  orders: number;
  gross: number;
  refunds: number;
  refunded: number;
}

/** Every currency that occurred in the range, the one with most orders first. Amounts of different currencies are never added. */
export function readOrdersByCurrency(db: Database, range: DayRange): CurrencyOrders[] {
  return readSums(db, "rollup_orders", range, ["currency"]).toSorted((a, b) => b.orders - a.orders || (a.currency < b.currency ? -1 : 1));
}
