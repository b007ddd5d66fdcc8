import { Pool } from "undici";

/**
 * Sends requests over `connections` kept-alive connections for `seconds` and returns requests per second and latencies in ms. `next()` makes each request:
 * {method, path, body?}. Any answer that is no success fails the run: a fast error is no measurement.
 */
export async function load({ origin, headers, connections, seconds, next }) {
  const pool = new Pool(origin, { connections, pipelining: 1 });
  const latencies = [];
  const started = performance.now();
  const end = started + seconds * 1_000;
  const worker = async () => {
    while (performance.now() < end) {
      const { method, path, body } = next();
      const sent = performance.now();
      const answer = await pool.request({ method, path, headers: body ? { ...headers, "content-type": "application/json" } : headers, body });
      const text = await answer.body.text();
      if (answer.statusCode >= 300) throw new Error(`${method} ${path} answered ${answer.statusCode}: ${text.slice(0, 300)}`);
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

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
