import {
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type AuthenticationResponseJSON,
  type AuthenticatorTransport,
  type RegistrationResponseJSON,
} from "@simplewebauthn/server";
import type { Database } from "../../domain/database.ts";
import { readChallenge, type ChallengePurpose } from "./challenge.ts";
import { passkeyHandle } from "./passkey_options.ts";
import type { PasskeyView } from "./views.ts";

export const PASSKEYS_MAX = 20;

/** What a browser sent, and where and for which form it did. */
export interface PasskeyAnswer {
  response: unknown;
  /** The deployment's origin; its host is the relying party's id. */
  origin: string;
  bound_to: string;
}

interface PasskeyRow {
  id: string;
  name: string;
  public_key: string;
  counter: number;
  transports: string;
  synced: number;
  created_at: number;
  last_used_at: number | null;
}

/** An account's passkeys (WebAuthn level 3). The user is always verified by the authenticator, so that a passkey stands for a password and more. */
export class Passkeys {
  constructor(
    private readonly db: Database,
    private readonly root_secret: string,
    private readonly account_name: string,
  ) {}

  list(): PasskeyView[] {
    return this.db.all<PasskeyRow>("SELECT * FROM passkeys ORDER BY created_at").map((row) => ({
      id: row.id,
      name: row.name,
      synced: row.synced === 1,
      created_at_ms: row.created_at,
      last_used_at_ms: row.last_used_at,
    }));
  }

  count(): number {
    return this.db.one<{ n: number }>("SELECT count(*) AS n FROM passkeys")!.n;
  }

  /** For the options of a new passkey: an authenticator that holds one of these already makes no second. */
  descriptors(): { id: string; transports: AuthenticatorTransport[] }[] {
    return this.db
      .all<PasskeyRow>("SELECT * FROM passkeys")
      .map(({ id, transports }) => ({ id, transports: JSON.parse(transports) as AuthenticatorTransport[] }));
  }

  /** Verifies a new passkey; the returned function stores it, in the caller's transaction, and says whether it did. */
  async verifyNew(answer: PasskeyAnswer, name: string, now: number): Promise<((now: number) => boolean) | null> {
    const challenge = this.expectChallenge("add", answer.bound_to, now);
    const result = await verifyRegistrationResponse({
      response: answer.response as RegistrationResponseJSON,
      expectedChallenge: challenge.matches,
      expectedOrigin: answer.origin,
      expectedRPID: new URL(answer.origin).hostname,
      requireUserVerification: true,
    }).catch(() => null);
    if (!result?.verified) return null;
    const { credential, credentialDeviceType } = result.registrationInfo;
    return (stored_at) => {
      if (!challenge.spend(stored_at) || this.find(credential.id)) return false;
      this.db.run(
        `INSERT INTO passkeys (id, name, public_key, counter, transports, synced, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
        credential.id,
        name,
        Buffer.from(credential.publicKey).toString("base64url"),
        credential.counter,
        JSON.stringify(credential.transports ?? []),
        credentialDeviceType === "multiDevice" ? 1 : 0,
        stored_at,
      );
      return true;
    };
  }

  /** Verifies a passkey's answer; the returned function accepts it, in the caller's transaction, and says whether it still could. */
  async verify(answer: PasskeyAnswer, purpose: "sign_in" | "confirm", now: number): Promise<((now: number) => boolean) | null> {
    const response = answer.response as AuthenticationResponseJSON;
    const row = this.find(String(response?.id));
    if (!row || !this.isOwnHandle(response?.response?.userHandle)) return null;
    const challenge = this.expectChallenge(purpose, answer.bound_to, now);
    const result = await verifyAuthenticationResponse({
      response,
      expectedChallenge: challenge.matches,
      expectedOrigin: answer.origin,
      expectedRPID: new URL(answer.origin).hostname,
      requireUserVerification: true,
      credential: { id: row.id, publicKey: new Uint8Array(Buffer.from(row.public_key, "base64url")), counter: row.counter },
    }).catch(() => null);
    if (!result?.verified) return null;
    const { newCounter } = result.authenticationInfo;
    return (accepted_at) => {
      // Another answer may have come while this one was verified.
      const counter = this.find(row.id)?.counter ?? Number.POSITIVE_INFINITY;
      if (!challenge.spend(accepted_at) || (newCounter <= counter && (newCounter > 0 || counter > 0))) return false;
      this.db.run("UPDATE passkeys SET counter = ?, last_used_at = ? WHERE id = ?", newCounter, accepted_at, row.id);
      return true;
    };
  }

  rename(id: string, name: string): boolean {
    return this.db.run("UPDATE passkeys SET name = ? WHERE id = ?", name, id) > 0;
  }

  remove(id: string): boolean {
    return this.db.run("DELETE FROM passkeys WHERE id = ?", id) > 0;
  }

  removeAll(): void {
    this.db.run("DELETE FROM passkeys");
  }

  private find(id: string): PasskeyRow | undefined {
    return this.db.one<PasskeyRow>("SELECT * FROM passkeys WHERE id = ?", id);
  }

  /** A confirmation may come without the handle, since the account is known then. */
  private isOwnHandle(handle: string | undefined): boolean {
    return handle === undefined || Buffer.from(handle, "base64url").toString("utf8") === passkeyHandle(this.root_secret, this.account_name);
  }

  /** One challenge of ours, whichever the answer carries: `matches` checks it, `spend` makes sure that it works once. */
  private expectChallenge(
    purpose: ChallengePurpose,
    bound_to: string,
    now: number,
  ): { matches: (encoded: string) => boolean; spend: (now: number) => boolean } {
    let seen: { challenge: string; expires_at_ms: number } | null = null;
    return {
      matches: (encoded) => {
        const read = readChallenge(this.root_secret, purpose, bound_to, encoded, now);
        if (read) seen = { challenge: encoded, ...read };
        return read !== null;
      },
      spend: (spent_at) => {
        this.db.run("DELETE FROM spent_challenges WHERE expires_at < ?", spent_at);
        return (
          seen !== null && this.db.run("INSERT INTO spent_challenges VALUES (?, ?) ON CONFLICT DO NOTHING", seen.challenge, seen.expires_at_ms) > 0
        );
      },
    };
  }
}
