import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { createOrganization, send } from "../../support/api.ts";
import { executions, HubClient, speakTestLanguage } from "./hub_client.ts";

/** How often answers were made in the turns of the event loop until there are so many. */
async function turnsUntil(count: number): Promise<number[]> {
  const turns: number[] = [];
  for (let [last, waited] = [executions.tell, 0]; executions.tell < count && waited < 20_000; waited++) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    if (executions.tell > last) turns.push(executions.tell - last);
    last = executions.tell;
  }
  return turns;
}

describe("an organization that follows many different subscriptions", () => {
  beforeAll(speakTestLanguage);

  it("is told in many turns, in which others are served, and misses nothing", async () => {
    const { id, api_key } = await createOrganization();
    const keys = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const { body } = await send<{ key: string }>("POST", "/api/v1/api-keys", { key: api_key, body: { name: "K", scopes: ["products:read"] } });
        return body.key;
      }),
    );
    const clients = await Promise.all(keys.map((key) => HubClient.open(key)));
    await Promise.all(
      clients.flatMap((client, key) =>
        Array.from({ length: 50 }, (_value, index) =>
          client.until(client.subscribe({ types: ["interaction.created"], after: `0`, last: `${key} ${index}` }), "live"),
        ),
      ),
    );
    const before = executions.tell;
    const interactions = Array.from({ length: 50 }, () => ({ type: "click" }));
    await runInDurableObject(env.ORGANIZATIONS.getByName(id), () => {});
    const ingested = send("POST", "/api/v1/interactions", { key: api_key, body: { interactions } });
    const turns = await turnsUntil(before + 400);
    await ingested;
    // 200 groups of 50 events in two goes each; a turn has room for about five of them.
    expect(Math.max(...turns)).toBeLessThanOrEqual(12);
    expect(turns.length).toBeGreaterThan(30);
    for (const client of clients) for (let n = 1; n <= 50; n++) await client.until(n, "next", 50);
    await evictDurableObject(env.ORGANIZATIONS.getByName(id));
    await send("POST", "/api/v1/interactions", { key: api_key, body: { interactions: interactions.slice(0, 1) } });
    for (const client of clients) for (let n = 1; n <= 50; n++) expect(await client.until(n, "next", 51)).toHaveLength(51);
    for (const client of clients) client.close();
  });

  it("shows states few at a time", async () => {
    const { api_key } = await createOrganization();
    const client = await HubClient.open(api_key);
    const ns = Array.from({ length: 60 }, (_value, index) => client.subscribe({ kind: "state", types: ["product.*"], last: String(index) }));
    for (const n of ns) await client.until(n, "live");
    const before = executions.show;
    const created = send("POST", "/api/v1/products", { key: api_key, body: { name: "A" } });
    const turns: number[] = [];
    for (let last = before; executions.show < before + 60;) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      if (executions.show > last) turns.push(executions.show - last);
      last = executions.show;
    }
    await created;
    expect(Math.max(...turns)).toBeLessThanOrEqual(10);
    for (const n of ns) await client.until(n, "next", 2);
    client.close();
  });

  it("goes on when what one connection follows cannot be read after a wake-up", async () => {
    const { id, api_key } = await createOrganization();
    const [broken, whole] = [await HubClient.open(api_key), await HubClient.open(api_key)];
    await broken.until(broken.subscribe({ types: ["product.created"] }), "live");
    await whole.until(whole.subscribe({ types: ["product.*"] }), "live");
    await runInDurableObject(env.ORGANIZATIONS.getByName(id), (_actor, state) =>
      state.storage.sql.exec("UPDATE live_queries SET document = '{' WHERE document LIKE '%product.created%'"),
    );
    await evictDurableObject(env.ORGANIZATIONS.getByName(id));
    await send("POST", "/api/v1/products", { key: api_key, body: { name: "A" } });
    await whole.until(1, "next");
    expect((await broken.untilClosed()).code).toBe(1011);
    whole.close();
  });
});
