// Each of these fails today and proves a finding of the attacker's review; the number is the finding's.
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createOrganization, send } from "../support/api.ts";
import { pause } from "./live/clients.ts";
import { RawSocket } from "./live/raw_socket.ts";
import { ask, askAll } from "./request.ts";

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");
const CHANGES = "subscription { productChanged { product { title } } }";

async function makeKey(key: string, input: Record<string, unknown>): Promise<{ id: string; key: string }> {
  const { body } = await send<{ id: string; key: string }>("POST", "/api/v1/api-keys", { key, body: { name: "K", ...input } });
  return body;
}

describe("what no longer holds", () => {
  it("8: a revoked test key reads nothing more and begins nothing on the socket that it has", async () => {
    const { api_key } = await createOrganization();
    const [revoked, other] = [
      await makeKey(api_key, { environment: "test", scopes: ["products:read"] }),
      await makeKey(api_key, { environment: "test", scopes: ["products:write"] }),
    ];
    const raw = await RawSocket.joined(revoked.key);
    raw.subscribe("a", CHANGES);
    await pause();
    await send("DELETE", `/api/v1/api-keys/${revoked.id}`, { key: api_key });
    expect((await ask(revoked.key, "{ __typename }")).status).toBe(401);
    raw.subscribe("b", CHANGES);
    await pause();
    await send("POST", "/api/v2/products", { key: other.key, body: { title: "Later" } });
    await pause(300);
    expect(raw.of("next")).toEqual([]);
    raw.close();
  });

  it("11: an erased interaction is told to nobody who comes after its erasure", async () => {
    const { api_key } = await createOrganization();
    const interactions = [
      { type: "page_view", visitor_id: "v", user_id: "erase-me" },
      ...Array.from({ length: 200 }, () => ({ type: "page_view", visitor_id: "w" })),
    ];
    await send("POST", "/api/v2/interactions", { key: api_key, body: { interactions } });
    const query = `subscription { interactionAdded(after: "0") { userId } }`;
    const [before, after] = [await RawSocket.joined(api_key), await RawSocket.joined(api_key)];
    before.subscribe("a", query);
    await before.until("next");
    const erased = await ask(api_key, `mutation { eraseInteractions(input: {userId: "erase-me"}) { complete } }`);
    expect(erased.body.data).toEqual({ eraseInteractions: { complete: true } });
    after.subscribe("a", query);
    await after.until("next", 200);
    expect(JSON.stringify(after.messages)).not.toContain("erase-me");
    for (const raw of [before, after]) raw.close();
  });

  it("14: an operation that is no longer registered is no longer told of, where only registered ones run", async () => {
    const { id, api_key } = await createOrganization();
    await send("POST", "/api/v2/persisted-operations", { key: api_key, body: { name: "Changes", query: CHANGES } });
    await send("PATCH", `/api/v1/organizations/${id}`, { key: api_key, body: { settings: { persisted_operations_only: true } } });
    const raw = await RawSocket.joined(api_key);
    raw.subscribe("a", CHANGES);
    await pause();
    await send("DELETE", `/api/v2/persisted-operations/${hashOf(CHANGES)}`, { key: api_key });
    await send("POST", "/api/v2/products", { key: api_key, body: { title: "Later" } });
    await pause(300);
    expect(raw.of("next")).toEqual([]);
    raw.close();
  });

  it("10: one key's made-up hashes do not hide what the organization registered", async () => {
    const { api_key } = await createOrganization();
    const browser = await makeKey(api_key, { publishable: true, scopes: ["interactions:write"] });
    const query = `query T${crypto.randomUUID().replaceAll("-", "")} { __typename }`;
    await send("POST", "/api/v2/persisted-operations", { key: api_key, body: { name: "Mine", query } });
    for (let round = 0; round < 11; round++)
      await askAll(
        browser.key,
        Array.from({ length: 20 }, (_value, index) => ({ documentId: `sha256:${hashOf(`${api_key} ${round} ${index}`)}` })),
      );
    expect((await ask(api_key, { documentId: `sha256:${hashOf(query)}` })).body.data).toEqual({ __typename: "Query" });
  });
});
