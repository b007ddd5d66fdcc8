/** The local date and hour by the runtime's own calendar, not by the code under test. */
export function localDate(at_ms: number, time_zone: string): string {
  return localHourLabel(at_ms, time_zone).slice(0, 10);
}

const formatters = new Map<string, Intl.DateTimeFormat>();
const labels = new Map<string, string>();

export function localHourLabel(at_ms: number, time_zone: string): string {
  const known = labels.get(time_zone + at_ms);
  if (known !== undefined) return known;
  const formatter = formatters.get(time_zone) ?? new Intl.DateTimeFormat("sv-SE", { timeZone: time_zone, dateStyle: "short", timeStyle: "short" });
  formatters.set(time_zone, formatter);
  const label = `${formatter.format(at_ms).replace(" ", "T").slice(0, 13)}:00`;
  labels.set(time_zone + at_ms, label);
  return label;
}

export function mondayOf(date: string): string {
  const at = new Date(`${date}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() - ((at.getUTCDay() + 6) % 7));
  return at.toISOString().slice(0, 10);
}
