import type { Membership } from "../../domain/accounts/account.ts";

/** An account as its owner's pages show it. */
export interface AccountView {
  /** The person's public id. */
  id: string;
  email: string;
  name: string;
  created_at_ms: number;
  has_password: boolean;
  /** How many. */
  passkeys: number;
  upstream: { issuer: string; linked_at_ms: number } | null;
}

export interface SessionView {
  id: string;
  device: string;
  created_at_ms: number;
  last_used_at_ms: number;
  /** When its owner last proved who they are. */
  authenticated_at_ms: number;
}

export interface PasskeyView {
  id: string;
  name: string;
  /** Kept by a password manager on several devices. */
  synced: boolean;
  created_at_ms: number;
  last_used_at_ms: number | null;
}

/** A session's id and its secret, for the cookie. The secret exists nowhere else. */
export interface SessionToken {
  session_id: string;
  secret: string;
}

/** What a valid session opens. `rotated` is its new secret, when it got one. */
export interface OpenSession {
  account: AccountView;
  session: SessionView;
  memberships: Membership[];
  rotated: string | null;
}

/** Why an account's service did nothing. */
export type AccountFailure =
  /** Unknown account, wrong password, wrong passkey: never told apart. */
  | "refused"
  /** The session's owner must prove again who they are. */
  | "stale"
  /** The account would be left without any way in. */
  | "last_way_in"
  | "too_many"
  | "not_found";
