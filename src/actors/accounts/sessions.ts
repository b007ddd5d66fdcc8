import { randomBytes } from "node:crypto";
import { typeidUnboxed } from "typeid-js";
import { deviceName } from "../../domain/accounts/device.ts";
import type { Database } from "../../domain/database.ts";
import { DAY_MS } from "../../domain/time.ts";
import { hashSecret, sameHash } from "../secrets/routed_secret.ts";
import type { SessionToken, SessionView } from "./views.ts";

export const SESSION_IDLE_MS = 14 * DAY_MS;
export const SESSION_LIFETIME_MS = 30 * DAY_MS;
/** How long a proof of who someone is suffices for a dangerous change. */
export const FRESH_MS = 10 * 60_000;
const ROTATION_MS = DAY_MS;
/** Requests that were on their way at the daily change of the secret still carry the old one. */
const PREVIOUS_SECRET_MS = 60_000;
/** The last use is noted no more often, so that looking at a page is no disk write. */
const TOUCH_MS = 5 * 60_000;
const SESSIONS_MAX = 50;

interface SessionRow {
  id: string;
  secret_hash: string;
  rotated_at: number;
  previous_secret_hash: string | null;
  previous_expires_at: number | null;
  device: string;
  authenticated_at: number;
  created_at: number;
  last_used_at: number;
}

/** An account's sessions. A session has an id of its own from every sign-in on, and a secret of which only the hash is kept. */
export class Sessions {
  constructor(private readonly db: Database) {}

  /** A new session for somebody who just proved who they are. */
  start(user_agent: string | null, now: number): SessionToken {
    this.prune(now);
    this.makeRoom();
    const session_id = typeidUnboxed("ses");
    const secret = newSecret();
    this.db.run(
      `INSERT INTO sessions (id, secret_hash, rotated_at, device, authenticated_at, created_at, last_used_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
      session_id,
      hashSecret(secret),
      now,
      deviceName(user_agent),
      now,
      now,
      now,
    );
    return { session_id, secret };
  }

  /** Checks a cookie. Once a day the secret is replaced: `rotated` is the new one. Null for a session that ended or a wrong secret. */
  open({ session_id, secret }: SessionToken, now: number): { session: SessionView; rotated: string | null } | null {
    const row = this.find(session_id, now);
    if (!row) return null;
    const hash = hashSecret(secret);
    const isCurrent = sameHash(row.secret_hash, hash);
    const isPrevious = row.previous_secret_hash !== null && (row.previous_expires_at ?? 0) > now && sameHash(row.previous_secret_hash, hash);
    if (!isCurrent && !isPrevious) return null;
    const rotated = isCurrent && row.rotated_at <= now - ROTATION_MS ? this.rotate(row, now, row.secret_hash) : null;
    if (row.last_used_at <= now - TOUCH_MS) this.db.run("UPDATE sessions SET last_used_at = ? WHERE id = ?", now, session_id);
    return { session: toView(row), rotated };
  }

  /**
   * Its owner proved again who they are. The session gets a new secret, which the cookie must carry from now on; the old one ends at once, so that whoever has a copy of it
   * does not gain by the proof.
   */
  confirm(session_id: string, now: number): SessionToken | null {
    const row = this.find(session_id, now);
    if (!row) return null;
    this.db.run("UPDATE sessions SET authenticated_at = ?, last_used_at = ? WHERE id = ?", now, now, session_id);
    return { session_id, secret: this.rotate(row, now, null) };
  }

  /** Whether its owner proved who they are a short while ago. */
  isFresh(session_id: string, now: number): boolean {
    const row = this.find(session_id, now);
    return row !== undefined && row.authenticated_at > now - FRESH_MS;
  }

  list(now: number): SessionView[] {
    this.prune(now);
    return this.db.all<SessionRow>("SELECT * FROM sessions ORDER BY last_used_at DESC").map(toView);
  }

  end(session_id: string): boolean {
    return this.db.run("DELETE FROM sessions WHERE id = ?", session_id) > 0;
  }

  endAllBut(session_id: string | null): void {
    this.db.run("DELETE FROM sessions WHERE id <> ?", session_id ?? "");
  }

  private find(session_id: string, now: number): SessionRow | undefined {
    return this.db.one<SessionRow>(
      "SELECT * FROM sessions WHERE id = ? AND last_used_at > ? AND created_at > ?",
      session_id,
      now - SESSION_IDLE_MS,
      now - SESSION_LIFETIME_MS,
    );
  }

  /** `graced`: the hash of the secret that works for another minute. */
  private rotate(row: SessionRow, now: number, graced: string | null): string {
    const secret = newSecret();
    this.db.run(
      "UPDATE sessions SET secret_hash = ?, rotated_at = ?, previous_secret_hash = ?, previous_expires_at = ? WHERE id = ?",
      hashSecret(secret),
      now,
      graced,
      graced === null ? null : now + PREVIOUS_SECRET_MS,
      row.id,
    );
    return secret;
  }

  private prune(now: number): void {
    this.db.run("DELETE FROM sessions WHERE last_used_at <= ? OR created_at <= ?", now - SESSION_IDLE_MS, now - SESSION_LIFETIME_MS);
  }

  /** For one more session the least used one goes. */
  private makeRoom(): void {
    this.db.run("DELETE FROM sessions WHERE id IN (SELECT id FROM sessions ORDER BY last_used_at DESC LIMIT -1 OFFSET ?)", SESSIONS_MAX - 1);
  }
}

function newSecret(): string {
  return randomBytes(32).toString("base64url");
}

function toView(row: SessionRow): SessionView {
  return {
    id: row.id,
    device: row.device,
    created_at_ms: row.created_at,
    last_used_at_ms: row.last_used_at,
    authenticated_at_ms: row.authenticated_at,
  };
}
