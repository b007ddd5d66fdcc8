import { Pool } from "undici";

/**
 * Sends requests over `connections` kept-alive connections for `seconds` and returns requests per second and latencies in ms. `next()` makes each request:
 * {method, path, body?, headers?}. Any answer that is no success, or that `isError` says is none, fails the run: a fast error is no measurement.
 */
export async function load({ origin, headers, connections, seconds, next, isError = () => false }) {
  const pool = new Pool(origin, { connections, pipelining: 1 });
  const latencies = [];
  const started = performance.now();
  const end = started + seconds * 1_000;
  const worker = async () => {
    while (performance.now() < end) {
      const { method, path, body, headers: own } = next();
      const sent = performance.now();
      const answer = await pool.request({
        method,
        path,
        headers: own ?? (body ? { ...headers, "content-type": "application/json" } : headers),
        body,
      });
      const text = await answer.body.text();
      if (answer.statusCode >= 300 || isError(text)) throw new Error(`${method} ${path} answered ${answer.statusCode}: ${text.slice(0, 300)}`);
      latencies.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
  const elapsed_s = (performance.now() - started) / 1_000;
  await pool.close();
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return { per_s: latencies.length / elapsed_s, p50_ms: at(0.5), p99_ms: at(0.99), count: latencies.length };
}

/** Rounds of every target in turn, so that a machine that slows down slows all of them. Medians by target. */
export async function measure(targets, request, { connections, rounds, seconds, isError }) {
  const results = new Map(targets.map((target) => [target, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const target of targets) {
      const result = await load({
        origin: target.origin,
        headers: { Authorization: `Bearer ${target.key}` },
        connections,
        seconds: round === 0 ? seconds / 3 : seconds,
        next: () => request(target),
        isError,
      });
      // The first round warms up.
      if (round > 0) results.get(target).push(result);
    }
  }
  const of = (list, figure) => median(list.map((result) => result[figure]));
  return new Map(
    [...results].map(([target, list]) => [target, { per_s: of(list, "per_s"), p50_ms: of(list, "p50_ms"), p99_ms: of(list, "p99_ms") }]),
  );
}

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
