import { describe, expect, it } from "vitest";
import { createOrganization, send, type TestOrganization } from "../../support/api.ts";
import { follow, pause, wsClient } from "./clients.ts";
import { RawSocket } from "./raw_socket.ts";

const QUERY = "subscription ($after: String) { productChanged(after: $after) { product { title } } }";
const product = ({ api_key }: TestOrganization, name: string): Promise<unknown> => send("POST", "/api/v1/products", { key: api_key, body: { name } });

async function shortKey({ api_key }: TestOrganization): Promise<string> {
  const expires_at = new Date(Date.now() + 800).toISOString();
  const { body } = await send<{ key: string }>("POST", "/api/v1/api-keys", {
    key: api_key,
    body: { name: "Short", scopes: ["products:read"], expires_at },
  });
  return body.key;
}

describe("a client that connects again", () => {
  it("learns the log's end with the acknowledgement, to go on from when it is cut off before its first answer", async () => {
    const organization = await createOrganization();
    await product(organization, "before");
    const cut = await RawSocket.joined(organization.api_key);
    expect(cut.of("connection_ack")).toEqual([{ type: "connection_ack", payload: { sequence: "1" } }]);
    cut.close();
    await product(organization, "meanwhile");
    const raw = await RawSocket.joined(organization.api_key);
    const { sequence } = cut.of("connection_ack")[0]!.payload as { sequence: string };
    raw.subscribe("a", QUERY, { after: sequence });
    expect((await raw.until("next"))[0]!.payload).toMatchObject({ data: { productChanged: { product: { title: "meanwhile" } } } });
    raw.close();
  });

  it("goes on with a new credential when the old one has expired, and misses nothing", async () => {
    const organization = await createOrganization();
    let [connections, place] = [0, undefined as string | undefined];
    const closes: number[] = [];
    const client = wsClient(null, {
      connectionParams: async () => ({ Authorization: `Bearer ${await shortKey(organization)}` }),
      retryAttempts: 5,
      retryWait: () => pause(50),
      on: {
        connected: (_socket, payload) => {
          connections += 1;
          place ??= (payload as { sequence: string }).sequence;
        },
        closed: (event) => void closes.push((event as { code: number }).code),
      },
    });
    const received = follow(client, {
      query: QUERY,
      variables: {
        get after() {
          return received.answers.at(-1)?.extensions?.sequence ?? place;
        },
      },
    });
    await expect.poll(() => place).toBeDefined();
    for (let index = 0; index < 30; index++) {
      await product(organization, String(index));
      await pause(100);
    }
    await received.until(30);
    expect(connections).toBeGreaterThanOrEqual(3);
    expect(new Set(closes)).toEqual(new Set([4403]));
    expect(received.values()).toEqual(Array.from({ length: 30 }, (_value, index) => ({ product: { title: String(index) } })));
    client.dispose();
  });

  it("is not tried again in vain with a credential that is wrong", async () => {
    let connections = 0;
    const client = wsClient("crow_live_nonsense", { retryAttempts: 5, on: { connecting: () => void (connections += 1) } });
    const received = await follow(client, { query: QUERY }).untilOver();
    expect([connections, (received.error as { code: number }).code]).toEqual([1, 4401]);
  });

  it("is told to come again when its token had expired before it connected", async () => {
    const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
    const token = `${part({ alg: "ES256", typ: "at+jwt" })}.${part({ exp: Math.floor(Date.now() / 1_000) - 60 })}.c2ln`;
    const raw = await RawSocket.open();
    raw.send({ type: "connection_init", payload: { Authorization: `Bearer ${token}` } });
    expect(await raw.untilClosed()).toEqual({ code: 4403, reason: "The token has expired; connect again with a new one" });
  });
});
