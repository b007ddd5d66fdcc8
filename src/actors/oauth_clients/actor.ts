import { randomBytes } from "node:crypto";
import { Server } from "partyserver";
import type { DescribedClient } from "../../domain/oauth/client_metadata.ts";
import type { ClientProof } from "../../domain/oauth/exchange.ts";
import { needsSecret } from "../../domain/oauth_clients/secret.ts";
import { DAY_MS } from "../../domain/time.ts";
import { isMigrated, migrate } from "../core/migrate.ts";
import { spend } from "../core/spent_ids.ts";
import { SqliteDatabase } from "../core/sqlite.ts";
import { hashSecret, sameHash } from "../secrets/routed_secret.ts";
import { OAUTH_CLIENT_MIGRATIONS } from "./migrations.ts";

/** A client that nobody used for so long is forgotten; one that registered and never came is, after a week. */
const UNUSED_KEPT_MS = 180 * DAY_MS;
const NEVER_USED_KEPT_MS = 7 * DAY_MS;
const USED_RESOLUTION_MS = DAY_MS;

interface ClientRow {
  client_id: string;
  client: string;
  secret_hash: string | null;
  created_at: number;
  used_at: number;
  fresh_until: number | null;
}

/** What is kept of a client, and whether a metadata document is due to be read again. */
export interface KeptClient {
  client: DescribedClient;
  created_at_ms: number;
  stale: boolean;
}

/**
 * One client that no organization owns, found by its client_id: registered by itself (RFC 7591), or the kept copy of a metadata document. Nothing is stored for one
 * that does not exist.
 */
export class OAuthClientActor extends Server<Env> {
  private db: SqliteDatabase | null = null;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    if (isMigrated(ctx.storage)) this.open();
  }

  /** Keeps a client that registered itself; answers its secret where its method needs one. */
  register(client: DescribedClient): { client_secret: string | null; created_at_ms: number } {
    const client_secret = needsSecret(client.token_endpoint_auth_method) ? `crow_client_${randomBytes(32).toString("base64url")}` : null;
    const now = Date.now();
    this.write(client, client_secret && hashSecret(client_secret), null, now);
    void this.ctx.storage.setAlarm(now + NEVER_USED_KEPT_MS);
    return { client_secret, created_at_ms: now };
  }

  /** Keeps what a metadata document said, until it is to be read again. */
  keepDocument(client: DescribedClient, fresh_until_ms: number): void {
    this.write(client, null, fresh_until_ms, Date.now());
    void this.ctx.storage.setAlarm(Date.now() + UNUSED_KEPT_MS);
  }

  describe(): KeptClient | null {
    const row = this.row();
    if (!row) return null;
    return {
      client: JSON.parse(row.client) as DescribedClient,
      created_at_ms: row.created_at,
      stale: row.fresh_until !== null && row.fresh_until <= Date.now(),
    };
  }

  /** Whether the client proved itself as it registered. An assertion whose signature the edge has checked counts once. */
  proves(proof: ClientProof): boolean {
    const row = this.row();
    const holds = row !== undefined && this.fits(row, proof);
    if (holds) this.noteUse(row);
    return holds;
  }

  private fits(row: ClientRow, proof: ClientProof): boolean {
    const { token_endpoint_auth_method: method } = JSON.parse(row.client) as DescribedClient;
    if (method === "none") return proof.method === "none";
    if (method === "private_key_jwt") return proof.assertion !== null && this.spendAssertion(proof.assertion);
    return row.secret_hash !== null && proof.secret_hash !== null && sameHash(row.secret_hash, proof.secret_hash);
  }

  override async onAlarm(): Promise<void> {
    const row = this.row();
    const kept_until = row ? row.used_at + (row.used_at === row.created_at ? NEVER_USED_KEPT_MS : UNUSED_KEPT_MS) : 0;
    if (row && kept_until > Date.now()) {
      this.db!.run("DELETE FROM oauth_spent_ids WHERE expires_at < ?", Date.now());
      await this.ctx.storage.setAlarm(kept_until);
      return;
    }
    this.db = null;
    await this.ctx.storage.deleteAll();
  }

  /** Only who has proved itself counts as used: looking at a client keeps nothing. */
  private noteUse(row: ClientRow): void {
    const now = Date.now();
    if (now - row.used_at <= USED_RESOLUTION_MS && row.used_at !== row.created_at) return;
    this.db!.run("UPDATE client SET used_at = ?", Math.max(now, row.created_at + 1));
    void this.ctx.storage.setAlarm(now + UNUSED_KEPT_MS);
  }

  private spendAssertion({ id, expires_at_ms }: { id: string; expires_at_ms: number }): boolean {
    this.db!.run("DELETE FROM oauth_spent_ids WHERE expires_at < ?", Date.now());
    return spend(this.db!, "assertion", id, expires_at_ms);
  }

  private row(): ClientRow | undefined {
    return this.db?.one<ClientRow>("SELECT * FROM client");
  }

  private write(client: DescribedClient, secret_hash: string | null, fresh_until: number | null, now: number): void {
    this.open().run(
      `INSERT INTO client (client_id, client, secret_hash, created_at, used_at, fresh_until) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (client_id) DO UPDATE SET client = excluded.client, fresh_until = excluded.fresh_until`,
      this.name,
      JSON.stringify(client),
      secret_hash,
      now,
      now,
      fresh_until,
    );
  }

  private open(): SqliteDatabase {
    if (!this.db) {
      migrate(this.ctx.storage, OAUTH_CLIENT_MIGRATIONS);
      this.db = new SqliteDatabase(this.ctx.storage.sql);
    }
    return this.db;
  }
}
