import type { OperationContext } from "../context.ts";
import type { AuthMethod } from "../oauth/client.ts";

const SHOWN_START = "crow_secret_".length;
const SHOWN_END = 4;

export function needsSecret(method: AuthMethod): boolean {
  return method === "client_secret_basic" || method === "client_secret_post";
}

/** A new client secret: its text, what may be stored of it, and what people recognize it by. Its first characters only say which organization it is. */
export function mintClientSecret(ctx: OperationContext, id: string): { text: string; secret_hash: string; hint: string } {
  const { text, secret_hash } = ctx.vault.mintSecret("client_secret", id);
  return { text, secret_hash, hint: `${text.slice(0, SHOWN_START)}…${text.slice(-SHOWN_END)}` };
}
