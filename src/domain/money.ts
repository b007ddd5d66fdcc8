import * as z from "zod";

export const Currency = z
  .string()
  .regex(/^[A-Z]{3}$/, "an ISO 4217 code such as EUR")
  .describe("ISO 4217 currency code");

/** Money in integer minor units. Protocol codecs may show it otherwise (REST v1: decimal string plus sibling `currency`). */
export const Money = z
  .strictObject({
    amount: z.int().min(-1e15).max(1e15).describe("Integer minor units, e.g. cents"),
    currency: Currency,
  })
  .meta({ id: "Money" });
export type Money = z.infer<typeof Money>;

const minorUnits = new Map<string, number>();

/** Digits after the decimal point of a currency (ISO 4217 by way of CLDR): EUR 2, JPY 0, KWD 3. */
export function minorUnitDigits(currency: string): number {
  let digits = minorUnits.get(currency);
  if (digits === undefined) {
    digits = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
    minorUnits.set(currency, digits);
  }
  return digits;
}

/** `1999, "EUR"` → `"19.99"`. */
export function formatDecimal(amount: number, currency: string): string {
  const digits = minorUnitDigits(currency);
  const sign = amount < 0 ? "-" : "";
  const text = String(Math.abs(amount)).padStart(digits + 1, "0");
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** `"19.99", "EUR"` → `1999`; null when it is no decimal number or has more digits than the currency. Never passes through a float. */
export function parseDecimal(text: string, currency: string): number | null {
  const match = /^(-?)(\d{1,13})(?:\.(\d{1,4}))?$/.exec(text);
  if (!match) return null;
  const digits = minorUnitDigits(currency);
  const fraction = match[3] ?? "";
  if (fraction.length > digits && !/^0*$/.test(fraction.slice(digits))) return null;
  const amount = Number(match[2] + fraction.slice(0, digits).padEnd(digits, "0"));
  if (!Number.isSafeInteger(amount)) return null;
  return match[1] && amount !== 0 ? -amount : amount;
}
