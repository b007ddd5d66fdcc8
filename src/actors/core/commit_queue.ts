/**
 * Group commit: writes that arrive together run in one turn of the event loop, so SQLite commits and syncs them once.
 * A single writer waits one turn; under load some thirty writes share a sync.
 */
export class CommitQueue {
  private waiting: (() => void)[] = [];

  /** Runs `work` in the next shared turn and resolves with its result once it ran. */
  run<Result>(work: () => Result): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.waiting.push(() => {
        try {
          resolve(work());
        } catch (error) {
          reject(error as Error);
        }
      });
      if (this.waiting.length === 1) setTimeout(() => this.flush(), 0);
    });
  }

  private flush(): void {
    const works = this.waiting;
    this.waiting = [];
    for (const work of works) work();
  }
}
