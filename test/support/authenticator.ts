import { createHash, createSign, generateKeyPairSync, randomBytes, type KeyObject } from "node:crypto";

interface Options {
  challenge: string;
  rp?: { id: string };
  rpId?: string;
  user?: { id: string };
}

/** How an answer differs from what a good authenticator on the right page gives. */
export interface Faults {
  origin?: string;
  counter?: number;
  unverified?: boolean;
  challenge?: string;
  user_handle?: string;
  type?: string;
  /** Spoil the signature. */
  spoiled?: boolean;
}

/** A passkey in software (WebAuthn level 3, ES256, no attestation), so that tests can make it lie. */
export class Authenticator {
  readonly id = randomBytes(16);
  private readonly keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  private user_handle = "";
  counter = 0;

  constructor(private readonly origin = "http://crow.test") {}

  /** What the browser's `credential.toJSON()` gives for a new passkey. */
  create(options: Options, faults: Faults = {}): string {
    this.user_handle = options.user!.id;
    const attested = Buffer.concat([Buffer.alloc(16), Buffer.from([0, this.id.length]), this.id, coseKey(this.keys.publicKey)]);
    const auth_data = this.authData(options.rp!.id, faults, 0x40, attested);
    return JSON.stringify({
      ...this.head(),
      response: {
        clientDataJSON: this.clientData("webauthn.create", options, faults).toString("base64url"),
        attestationObject: Buffer.concat([
          Buffer.from([0xa3]),
          cborText("fmt"),
          cborText("none"),
          cborText("attStmt"),
          Buffer.from([0xa0]),
          cborText("authData"),
          cborBytes(auth_data),
        ]).toString("base64url"),
        transports: ["internal"],
      },
    });
  }

  /** The same for using it. */
  get(options: Options, faults: Faults = {}): string {
    const client_data = this.clientData("webauthn.get", options, faults);
    const auth_data = this.authData(options.rpId!, faults, 0, Buffer.alloc(0));
    const signed = Buffer.concat([auth_data, createHash("sha256").update(client_data).digest()]);
    const signature = createSign("sha256").update(signed).sign(this.keys.privateKey);
    if (faults.spoiled) signature[signature.length - 1]! ^= 1;
    return JSON.stringify({
      ...this.head(),
      response: {
        clientDataJSON: client_data.toString("base64url"),
        authenticatorData: auth_data.toString("base64url"),
        signature: signature.toString("base64url"),
        userHandle: faults.user_handle ?? this.user_handle,
      },
    });
  }

  private head() {
    const id = this.id.toString("base64url");
    return { id, rawId: id, type: "public-key", clientExtensionResults: {}, authenticatorAttachment: "platform" };
  }

  private clientData(type: string, options: Options, faults: Faults): Buffer {
    const data = {
      type: faults.type ?? type,
      challenge: faults.challenge ?? options.challenge,
      origin: faults.origin ?? this.origin,
      crossOrigin: false,
    };
    return Buffer.from(JSON.stringify(data));
  }

  private authData(rp_id: string, faults: Faults, flags: number, rest: Buffer): Buffer {
    this.counter = faults.counter ?? this.counter + 1;
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(this.counter);
    return Buffer.concat([createHash("sha256").update(rp_id).digest(), Buffer.from([flags | 0x01 | (faults.unverified ? 0 : 0x04)]), counter, rest]);
  }
}

function coseKey(key: KeyObject): Buffer {
  const { x, y } = key.export({ format: "jwk" });
  const point = [x, y].map((value) => Buffer.from(value!, "base64url"));
  return Buffer.concat([
    Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21]),
    cborBytes(point[0]!),
    Buffer.from([0x22]),
    cborBytes(point[1]!),
  ]);
}

function cborText(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x60 + text.length]), Buffer.from(text)]);
}

function cborBytes(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(bytes.length < 24 ? [0x40 + bytes.length] : [0x58, bytes.length]), bytes]);
}
