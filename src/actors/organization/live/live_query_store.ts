import type { Database } from "../../../domain/database.ts";
import type { Document, DocumentExecutor, LiveQuery } from "../../../domain/documents.ts";

/** Rows that no socket names are dropped when there are more than this many. */
const STORED_MAX = 2_000;

/** A distinct subscription. */
export interface DistinctQuery {
  /** The same for whoever gets the same answers. */
  identity: string;
  document: Document;
  query: LiveQuery;
}

/**
 * The distinct subscriptions that are live. A socket's attachment is too small for documents, so they lie in a table and sockets name them by number; after a wake-up they
 * are read from there.
 */
export class LiveQueryStore {
  private readonly ids = new Map<string, number>();
  private readonly known = new Map<number, DistinctQuery>();

  constructor(
    private readonly db: Database,
    private readonly executor: DocumentExecutor,
  ) {}

  /** The number that sockets keep for a subscription. `named`: those that still have a follower, asked for where too many are stored. */
  save(distinct: DistinctQuery, named: () => Iterable<string>): number {
    const { identity, document } = distinct;
    const known = this.ids.get(identity) ?? this.db.one<{ id: number }>("SELECT id FROM live_queries WHERE hash = ?", identity)?.id;
    if (known !== undefined) return this.remember(known, distinct);
    if (this.db.one<{ count: number }>("SELECT count(*) AS count FROM live_queries")!.count >= STORED_MAX) this.purge(named());
    const { id } = this.db.one<{ id: number }>(
      "INSERT INTO live_queries (hash, document) VALUES (?, ?) RETURNING id",
      identity,
      JSON.stringify(document),
    )!;
    return this.remember(id, distinct);
  }

  get(id: number): DistinctQuery | null {
    const known = this.known.get(id);
    if (known) return known;
    const row = this.db.one<{ hash: string; document: string }>("SELECT hash, document FROM live_queries WHERE id = ?", id);
    if (!row) return null;
    const document = JSON.parse(row.document) as Document;
    const distinct = { identity: row.hash, document, query: this.executor.subscription(document) };
    this.remember(id, distinct);
    return distinct;
  }

  /** Forgets every subscription that has no follower. */
  purge(named: Iterable<string>): void {
    const identities = new Set(named);
    for (const [identity, id] of this.ids) {
      if (identities.has(identity)) continue;
      this.ids.delete(identity);
      this.known.delete(id);
    }
    this.db.run("DELETE FROM live_queries WHERE hash NOT IN (SELECT value FROM json_each(?))", JSON.stringify([...identities]));
  }

  private remember(id: number, distinct: DistinctQuery): number {
    this.ids.set(distinct.identity, id);
    this.known.set(id, distinct);
    return id;
  }
}
