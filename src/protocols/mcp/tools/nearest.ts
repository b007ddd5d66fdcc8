/** Longer words are no misspelling of a name of ours. */
const WORD_LENGTH_MAX = 60;

/** The candidate that a word was probably meant to be; null where none is near. */
export function nearest(word: string, candidates: readonly string[]): string | null {
  const wanted = normal(word);
  if (wanted === "" || wanted.length > WORD_LENGTH_MAX) return null;
  let best: { candidate: string; distance: number } | null = null;
  for (const candidate of candidates) {
    const name = normal(candidate);
    const distance = name.startsWith(wanted) || wanted.startsWith(name) ? 1 : editDistance(wanted, name);
    if (distance <= Math.max(1, Math.floor(name.length / 3)) && (best === null || distance < best.distance)) best = { candidate, distance };
  }
  return best?.candidate ?? null;
}

function normal(word: string): string {
  return word.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
}

/** Letters to insert, remove, replace or swap with their neighbour (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? before[j - 2]! + 1 : Infinity;
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, replaced, swapped));
    }
    before = row;
    row = next;
  }
  return row[b.length]!;
}
