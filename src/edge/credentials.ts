import { createHash, timingSafeEqual } from "node:crypto";
import { parseApiKey } from "../actors/secrets/api_key_format.ts";
import { coversResource, type ResourcePath } from "../domain/oauth/resource.ts";
import type { Credential } from "../domain/principal.ts";
import { verifyAccessToken } from "./oauth/access_tokens.ts";

/** A token of three parts that begins like a JSON object (RFC 7519): an access token. */
const JWT = /^eyJ[\w-]*\.[\w-]+\.[\w-]+$/;

/**
 * Who calls, judged without any look-up: a key whose checksum is wrong and a token whose signature is are nobody and wake no actor. The credential comes as
 * `Authorization: Bearer …`, as `X-API-Key`, or as `?api_key=` for the publishable keys that navigator.sendBeacon can send in no header. An access token comes as Bearer alone
 * (RFC 6750, section 2.1; never in a URL) and must be meant for this resource.
 */
export async function readCredential(request: Request, env: Env, resource: ResourcePath, base_url: string): Promise<Credential | null> {
  const token = readToken(request);
  if (token === null) return null;
  if (JWT.test(token)) {
    if (!request.headers.has("Authorization")) return null;
    const verified = await verifyAccessToken(env, token, base_url);
    return verified && coversResource(verified.audience, resource, base_url) ? verified.credential : null;
  }
  if (token.startsWith("crow_")) {
    const key = parseApiKey(token, env.CROW_SECRET);
    const fromQuery = !request.headers.has("Authorization") && !request.headers.has("X-API-Key");
    return key && fromQuery && !/^crow_(live|test)_pub_/.test(token) ? null : key;
  }
  return isOperator(token, env.OPERATOR_TOKEN) ? { kind: "operator" } : null;
}

function readToken(request: Request): string | null {
  const authorization = request.headers.get("Authorization");
  if (authorization !== null) return /^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? "";
  const header = request.headers.get("X-API-Key");
  if (header !== null) return header.trim();
  const query = request.url.includes("api_key=") ? new URL(request.url).searchParams.get("api_key") : null;
  return query;
}

function isOperator(token: string, expected: string): boolean {
  if (expected.length < 32) return false;
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(token), digest(expected));
}
