import { send, type TestOrganization } from "../../support/api.ts";
import { pause } from "./clients.ts";
import { RawSocket } from "./raw_socket.ts";

export const PRODUCTS = "subscription { productChanged { product { title } } }";

export interface Key {
  id: string;
  key: string;
}

export async function makeKey({ api_key }: TestOrganization, input: Record<string, unknown> = {}): Promise<Key> {
  const { body } = await send<Key & Record<string, unknown>>("POST", "/api/v1/api-keys", {
    key: api_key,
    body: { name: "Reader", scopes: ["products:read"], ...input },
  });
  return body;
}

export async function subscribed(key: string): Promise<RawSocket> {
  const raw = await RawSocket.joined(key);
  raw.subscribe("a", PRODUCTS);
  await pause();
  return raw;
}

export const product = ({ api_key }: TestOrganization, name: string): Promise<unknown> =>
  send("POST", "/api/v1/products", { key: api_key, body: { name } });
