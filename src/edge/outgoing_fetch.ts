import { refuseOutgoing } from "../domain/outgoing_url.ts";
import { readBounded } from "../protocols/bounded_body.ts";

const TIMEOUT_MS = 5_000;

/** What another server said: the JSON, and how long it may be kept. */
export interface FetchedJson {
  value: unknown;
  max_age_s: number | null;
}

/**
 * Reads a JSON document from a URL that somebody else chose, or null for whatever reason: only https to a public name, no redirect followed, no credential sent, bounded
 * in time and size.
 */
export async function fetchJson(text: string, own_host: string, bytes_max: number): Promise<FetchedJson | null> {
  if (refuseOutgoing(text, own_host) !== null) return null;
  try {
    const response = await fetch(text, { redirect: "manual", headers: { Accept: "application/json" }, signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (response.status !== 200 || !/^application\/(?:[\w.+-]+\+)?json\b/i.test(response.headers.get("Content-Type") ?? "")) {
      await response.body?.cancel();
      return null;
    }
    const body = await readBounded(response.body, bytes_max);
    return body === null ? null : { value: JSON.parse(body) as unknown, max_age_s: maxAge(response.headers.get("Cache-Control")) };
  } catch {
    return null;
  }
}

function maxAge(header: string | null): number | null {
  const match = /(?:^|[\s,])max-age=(\d{1,9})/i.exec(header ?? "");
  return match ? Number(match[1]) : null;
}
