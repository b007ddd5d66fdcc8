import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type AuthenticatorTransport,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
} from "@simplewebauthn/server";
import { signValue } from "../secrets/signed_value.ts";
import { mintChallenge } from "./challenge.ts";

/** What the browser needs to ask for any passkey of this site. Nobody need say who they are first. */
export function requestOptions(
  root_secret: string,
  purpose: "sign_in" | "confirm",
  origin: string,
  bound_to: string,
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  return generateAuthenticationOptions({
    rpID: new URL(origin).hostname,
    challenge: mintChallenge(root_secret, purpose, bound_to, Date.now()),
    userVerification: "required",
    timeout: 300_000,
  });
}

export interface NewPasskey {
  account_name: string;
  account: { email: string; name: string };
  origin: string;
  bound_to: string;
  known: { id: string; transports: AuthenticatorTransport[] }[];
}

/** The user handle of an account's passkeys, which says where to ask when nobody said who they are. It tells nothing about the person. */
export function passkeyHandle(root_secret: string, account_name: string): string {
  return signValue(root_secret, "passkey", account_name);
}

/** What the browser needs to make a passkey. */
export function creationOptions(
  root_secret: string,
  { account_name, account, origin, bound_to, known }: NewPasskey,
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  return generateRegistrationOptions({
    rpName: "CROW",
    rpID: new URL(origin).hostname,
    userName: account.email,
    userDisplayName: account.name,
    userID: Uint8Array.from(Buffer.from(passkeyHandle(root_secret, account_name))),
    challenge: mintChallenge(root_secret, "add", bound_to, Date.now()),
    attestationType: "none",
    excludeCredentials: known,
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
    timeout: 300_000,
  });
}
