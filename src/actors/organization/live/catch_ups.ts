import type { LiveSocket } from "./live_socket.ts";

/** Subscriptions that wait for a page of the log: one is read in a turn of the event loop, so that others' requests come in between, however many come back at once. */
export class CatchUps {
  private readonly waiting: { socket: LiveSocket; n: number; read: () => void }[] = [];
  private scheduled = false;

  /** `read` runs when it is its turn, unless the subscription ended before. */
  add(socket: LiveSocket, n: number, read: () => void): void {
    socket.waiting.add(n);
    this.waiting.push({ socket, n, read });
    this.schedule();
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setTimeout(() => {
      this.scheduled = false;
      for (let next = this.waiting.shift(); next; next = this.waiting.shift()) {
        if (!next.socket.waiting.delete(next.n)) continue;
        if (this.waiting.length > 0) this.schedule();
        next.read();
        return;
      }
    }, 0);
  }
}
