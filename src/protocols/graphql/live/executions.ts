/** Two of the longest answers may be on their way to a client at a time. */
const RUNNING_MAX = 2;

/** Queries and mutations of one connection: the next begins when the client has read enough of what it asked for before. */
export class Executions {
  private readonly waiting: (() => Promise<void>)[] = [];
  private running = 0;

  constructor(private readonly mayBegin: () => boolean) {}

  /** Those that have no answer yet. */
  get size(): number {
    return this.waiting.length + this.running;
  }

  add(run: () => Promise<void>): void {
    this.waiting.push(run);
    this.beginNext();
  }

  beginNext(): void {
    while (this.running < RUNNING_MAX && this.mayBegin()) {
      const run = this.waiting.shift();
      if (!run) return;
      this.running += 1;
      void run().finally(() => {
        this.running -= 1;
        this.beginNext();
      });
    }
  }

  clear(): void {
    this.waiting.length = 0;
  }
}
