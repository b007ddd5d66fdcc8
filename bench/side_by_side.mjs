// One kind of request to CROW and to what it is measured beside: over many connections, and over one, where an answer's own time shows.
import { measure } from "./load.mjs";

/** `pair`: CROW first. `request(server)` makes a request as `load` takes it. */
export async function sideBySide(name, pair, pace, request, isError) {
  const loaded = await measure(pair, request, { ...pace, isError });
  const alone = await measure(pair, request, { ...pace, connections: 1, isError });
  const [[ours, other], [ours_alone, other_alone]] = [loaded, alone].map((results) => pair.map((server) => results.get(server)));
  return {
    name,
    connections: pace.connections,
    ratio: (ours.per_s / other.per_s).toFixed(2),
    alone_ratio: (other_alone.p50_ms / ours_alone.p50_ms).toFixed(2),
    ours: Math.round(ours.per_s),
    other: Math.round(other.per_s),
    ours_alone_ms: ours_alone.p50_ms.toFixed(2),
    other_alone_ms: other_alone.p50_ms.toFixed(2),
  };
}
