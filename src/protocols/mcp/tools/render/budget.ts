/** Shares `room` rows among lists so that the short ones are whole and the long ones get equally many of what is left; each gets at least one. */
export function shareRows(lengths: readonly number[], room: number): number[] {
  const shares = lengths.map(() => 0);
  let left = room;
  const waiting = lengths.map((length, index) => ({ length, index })).toSorted((a, b) => a.length - b.length);
  waiting.forEach(({ length, index }, position) => {
    const share = Math.min(length, Math.max(1, Math.floor(left / (waiting.length - position))));
    shares[index] = share;
    left -= share;
  });
  return shares;
}
