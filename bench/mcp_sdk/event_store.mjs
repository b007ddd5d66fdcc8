/** A session's last events, so many that a client which comes back soon misses none, and no more: the map of the SDK's example grows for as long as the session lives. */
const EVENTS_KEPT = 100;

export class EventStore {
  #events = new Map();
  #next = 0;

  async storeEvent(stream_id, message) {
    const id = `${stream_id}_${this.#next++}`;
    this.#events.set(id, { stream_id, message });
    if (this.#events.size > EVENTS_KEPT) this.#events.delete(this.#events.keys().next().value);
    return id;
  }

  async getStreamIdForEventId(id) {
    return this.#events.get(id)?.stream_id;
  }

  async replayEventsAfter(last, { send }) {
    const stream_id = this.#events.get(last)?.stream_id ?? "";
    let seen = false;
    for (const [id, event] of this.#events) {
      if (seen && event.stream_id === stream_id) await send(id, event.message);
      if (id === last) seen = true;
    }
    return stream_id;
  }
}
