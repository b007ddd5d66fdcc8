import type { LiveSocket } from "./live_socket.ts";

/** Who gets a page that another has just read: so many in a turn. */
const SERVED_AT_ONCE = 100;

/** Subscriptions that wait for a page of the log: one is read in a turn of the event loop, so that others' requests come in between, however many come back at once. */
export class CatchUps {
  private readonly waiting: { socket: LiveSocket; n: number; serve: () => boolean }[] = [];
  private scheduled = false;

  /** `serve` runs when it is its turn, unless the subscription ended before, and says whether it had to read the log. */
  add(socket: LiveSocket, n: number, serve: () => boolean): void {
    socket.waiting.add(n);
    this.waiting.push({ socket, n, serve });
    this.schedule();
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setTimeout(() => {
      this.scheduled = false;
      this.serveSome();
      if (this.waiting.length > 0) this.schedule();
    }, 0);
  }

  private serveSome(): void {
    for (let served = 0; served < SERVED_AT_ONCE; served++) {
      const next = this.waiting.shift();
      if (!next) return;
      if (next.socket.waiting.delete(next.n) && next.serve()) return;
    }
  }
}
