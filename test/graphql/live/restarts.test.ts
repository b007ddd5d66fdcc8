import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { createOrganization, send } from "../../support/api.ts";
import { follow, pause, sseClient, wsClient } from "./clients.ts";
import { RawSocket } from "./raw_socket.ts";

const QUERY = "subscription { productChanged { product { title } } }";
const product = (key: string, name: string): Promise<unknown> => send("POST", "/api/v1/products", { key, body: { name } });

/** What a deploy or a crash does to the actor: it is gone, and its sockets with it. */
async function restartActor(id: string): Promise<void> {
  await runInDurableObject(env.ORGANIZATIONS.getByName(id), (_actor, state) => {
    for (const socket of state.getWebSockets("live")) socket.close(1012, "Restart");
  });
}

describe("when the actor restarts under its connections", () => {
  it.each([
    ["graphql-ws", (key: string) => wsClient(key)],
    ["graphql-sse", (key: string) => sseClient(key)],
  ])("a client of %s misses nothing, gets nothing twice and does not notice", async (_name, connect) => {
    const { id, api_key } = await createOrganization();
    const client = connect(api_key);
    const received = follow(client, QUERY);
    await pause();
    await product(api_key, "0");
    await received.until(1);
    for (let round = 1; round <= 6; round += 2) {
      await restartActor(id);
      await product(api_key, String(round));
      await pause(150);
      await product(api_key, String(round + 1));
      await received.until(round + 2);
    }
    await pause();
    expect(received.answers.map(({ extensions }) => extensions!.sequence)).toEqual(["1", "2", "3", "4", "5", "6", "7"]);
    expect(received).toMatchObject({ error: null, completed: false });
    client.dispose();
  });

  it("a connection whose key was revoked meanwhile is not opened again", async () => {
    const { id, api_key } = await createOrganization();
    const { body } = await send("POST", "/api/v1/api-keys", { key: api_key, body: { name: "Reader", scopes: ["products:read"] } });
    const raw = await RawSocket.joined(String(body.key));
    raw.subscribe("a", QUERY);
    await pause();
    await restartActor(id);
    await send("DELETE", `/api/v1/api-keys/${String(body.id)}`, { key: api_key });
    expect((await raw.untilClosed()).code).toBe(4401);
  });
});
