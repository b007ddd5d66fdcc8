import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { graphqlExecutor } from "../../../src/protocols/graphql/executor.ts";
import { createOrganization, send } from "../../support/api.ts";
import { pause } from "./clients.ts";
import { RawSocket } from "./raw_socket.ts";

/** Counts how often subscriptions are executed, by watching what the actor is given to execute. */
function watchExecutions(): { tell: number; show: number } {
  const counted = { tell: 0, show: 0 };
  const real = graphqlExecutor.subscription.bind(graphqlExecutor);
  vi.spyOn(graphqlExecutor, "subscription").mockImplementation((document) => {
    const query = real(document);
    return {
      ...query,
      tell(...given) {
        counted.tell += 1;
        return query.tell(...given);
      },
      show(...given) {
        counted.show += 1;
        return query.show(...given);
      },
    };
  });
  return counted;
}

describe("one event and many subscribers", () => {
  afterEach(() => void vi.restoreAllMocks());

  it("is executed once for a thousand connections, awake or just woken, wherever in the log they came from", async () => {
    const executions = watchExecutions();
    const { id, api_key } = await createOrganization();
    await send("POST", "/api/v1/products", { key: api_key, body: { name: "old" } });
    const sockets: RawSocket[] = [];
    for (let index = 0; index < 1_000; index += 100)
      sockets.push(...(await Promise.all(Array.from({ length: 100 }, () => RawSocket.joined(api_key)))));
    for (const [index, socket] of sockets.entries()) {
      // Some come back from a place, some write it differently.
      if (index % 3 === 0)
        socket.subscribe("a", "subscription ($after: String) { productChanged(after: $after) { product { title } } }", { after: "1" });
      else if (index % 3 === 1) socket.subscribe("a", 'subscription { productChanged(after: "1") { product { title } } }');
      else socket.subscribe("a", "subscription { productChanged { product { title } } }");
    }
    await pause(1_500);
    const before = executions.tell;
    const tell = async (name: string, count: number): Promise<void> => {
      await send("POST", "/api/v1/products", { key: api_key, body: { name } });
      await Promise.all(sockets.map((socket) => socket.until("next", count)));
    };
    await tell("one", 1);
    // The variable's declaration is gone with its use: two spellings, three ways of writing.
    expect(executions.tell - before).toBe(1);
    await evictDurableObject(env.ORGANIZATIONS.getByName(id));
    await tell("two", 2);
    expect(executions.tell - before).toBe(2);
    expect(new Set(sockets.map(({ messages }) => JSON.stringify(messages.slice(1)))).size).toBe(1);
    for (const socket of sockets) socket.close();
  });

  it("is no other credential's where the answer is about the credential", async () => {
    const { api_key } = await createOrganization();
    const scopes = ["usage:read"];
    const limits = [100, 200];
    const sockets = await Promise.all(
      limits.map(async (per_minute) => {
        const { body } = await send("POST", "/api/v1/api-keys", { key: api_key, body: { name: "Own", scopes, rate_limit: { per_minute } } });
        return RawSocket.joined(String(body.key));
      }),
    );
    for (const socket of sockets) socket.subscribe("a", "subscription { usageUpdated { ownLimit { minute { limit } } } }");
    const shown = await Promise.all(sockets.map(async (socket) => (await socket.until("next"))[0]!.payload));
    expect(shown).toMatchObject(limits.map((limit) => ({ data: { usageUpdated: { ownLimit: { minute: { limit } } } } })));
    for (const socket of sockets) socket.close();
  });

  it("is executed once for each of what is asked, by whom it may be seen", async () => {
    const executions = watchExecutions();
    const { api_key } = await createOrganization();
    const { body } = await send("POST", "/api/v1/api-keys", { key: api_key, body: { name: "Other scopes", scopes: ["products:read"] } });
    const [all, all_too, some] = await Promise.all([RawSocket.joined(api_key), RawSocket.joined(api_key), RawSocket.joined(String(body.key))]);
    for (const socket of [all, all_too, some]) socket.subscribe("a", "subscription { productChanged { product { title } } }");
    all.subscribe("b", "subscription { productChanged { productId } }");
    await pause(300);
    await send("POST", "/api/v1/products", { key: api_key, body: { name: "A" } });
    await Promise.all([all.until("next", 2), all_too.until("next"), some.until("next")]);
    expect(executions.tell).toBe(3);
    for (const socket of [all, all_too, some]) socket.close();
  });
});
