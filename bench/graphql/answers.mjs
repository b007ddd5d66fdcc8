import { isDeepStrictEqual } from "node:util";

/**
 * Throws unless both servers gave the same answer: a comparison of different answers says nothing. Sessions are left out: CROW counts one where it began, the peer
 * wherever it has an interaction, so those over midnight differ.
 */
export function requireSameAnswers([ours, other]) {
  const [a, b] = [ours, other].map(withoutSessions);
  const path = firstDifference(a, b);
  if (path) throw new Error(`The servers differ at ${path}`);
}

function withoutSessions(answer) {
  return JSON.parse(JSON.stringify(answer, (key, value) => (key === "sessions" || key === "conversionRate" ? undefined : value)));
}

function firstDifference(a, b, path = "data") {
  if (isDeepStrictEqual(a, b)) return null;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return `${path}: ${JSON.stringify(a)} and ${JSON.stringify(b)}`;
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const found = firstDifference(a[key], b[key], `${path}.${key}`);
    if (found) return found;
  }
  return path;
}
