/** Bytes waiting to fill a part; pieces go in, exact sizes come out. */
export class ByteQueue {
  private pieces: Uint8Array[] = [];
  size = 0;

  push(bytes: Uint8Array): void {
    if (bytes.byteLength === 0) return;
    this.pieces.push(bytes);
    this.size += bytes.byteLength;
  }

  /** Removes and returns the first `bytes` bytes (or all, when there are fewer). */
  take(bytes: number): Uint8Array {
    const result = new Uint8Array(Math.min(bytes, this.size));
    let filled = 0;
    while (filled < result.byteLength) {
      const piece = this.pieces[0]!;
      const wanted = Math.min(piece.byteLength, result.byteLength - filled);
      result.set(piece.subarray(0, wanted), filled);
      filled += wanted;
      if (wanted === piece.byteLength) this.pieces.shift();
      else this.pieces[0] = piece.subarray(wanted);
    }
    this.size -= result.byteLength;
    return result;
  }

  /** Everything, without removing it. */
  peek(): Uint8Array {
    const all = this.take(this.size);
    this.push(all);
    return all;
  }
}
