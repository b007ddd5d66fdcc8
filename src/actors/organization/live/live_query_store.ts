import type { Database } from "../../../domain/database.ts";
import type { Document, DocumentExecutor, LiveQuery } from "../../../domain/documents.ts";

/** A distinct subscription. */
export interface StoredQuery {
  id: number;
  query: LiveQuery;
}

/**
 * The distinct subscriptions of all open sockets. A socket's attachment is too small for documents, so they lie in a table and sockets name them by number; after a wake-up they
 * are read from there.
 */
export class LiveQueryStore {
  private readonly known = new Map<number, StoredQuery>();

  constructor(
    private readonly db: Database,
    private readonly executor: DocumentExecutor,
  ) {}

  get size(): number {
    return this.known.size;
  }

  /** The stored form of a subscription, new or shared with who asked for the same. */
  add(identity: string, document: Document, query: LiveQuery): StoredQuery {
    const id =
      this.db.one<{ id: number }>("SELECT id FROM live_queries WHERE hash = ?", identity)?.id ??
      this.db.one<{ id: number }>("INSERT INTO live_queries (hash, document) VALUES (?, ?) RETURNING id", identity, JSON.stringify(document))!.id;
    return this.known.get(id) ?? this.remember(id, query);
  }

  get(id: number): StoredQuery | null {
    const known = this.known.get(id);
    if (known) return known;
    const row = this.db.one<{ document: string }>("SELECT document FROM live_queries WHERE id = ?", id);
    return row ? this.remember(id, this.executor.subscription(JSON.parse(row.document) as Document)) : null;
  }

  /** Forgets every subscription that no socket names. */
  purge(named: ReadonlySet<number>): void {
    for (const id of this.known.keys()) if (!named.has(id)) this.known.delete(id);
    this.db.run("DELETE FROM live_queries WHERE id NOT IN (SELECT value FROM json_each(?))", JSON.stringify([...named]));
  }

  private remember(id: number, query: LiveQuery): StoredQuery {
    const stored = { id, query };
    this.known.set(id, stored);
    return stored;
  }
}
