import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { OrganizationState } from "../../../src/actors/organization/state.ts";
import { createOrganization, send } from "../../support/api.ts";
import { ask } from "../request.ts";
import { pause } from "./clients.ts";
import { RawSocket } from "./raw_socket.ts";

describe("data that was removed", () => {
  it("is told to nobody who comes after its erasure", async () => {
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
    expect(JSON.stringify(before.messages)).toContain("erase-me");
    const erased = await ask(api_key, `mutation { eraseInteractions(input: {userId: "erase-me"}) { complete } }`);
    expect(erased.body.data).toEqual({ eraseInteractions: { complete: true } });
    after.subscribe("a", query);
    await after.until("next", 200);
    expect(JSON.stringify(after.messages)).not.toContain("erase-me");
    for (const raw of [before, after]) raw.close();
  });

  it("is out of the figures that are followed, also when a job removed it", async () => {
    const { id, api_key } = await createOrganization();
    const interactions = Array.from({ length: 3 }, (_value, index) => ({ type: "page_view", visitor_id: index === 0 ? "gone" : "stays" }));
    await send("POST", "/api/v2/interactions", { key: api_key, body: { interactions } });
    const raw = await RawSocket.joined(api_key);
    raw.subscribe("a", "subscription { insightsUpdated { totals { interactions { value } } } }");
    const counts = (): number[] =>
      raw
        .of("next")
        .map(({ payload }) => (payload as { data: { insightsUpdated: { totals: { interactions: { value: number } } } } }).data)
        .map(({ insightsUpdated }) => insightsUpdated.totals.interactions.value);
    await raw.until("next");
    await pause();
    await runInDurableObject(env.ORGANIZATIONS.getByName(id), async (actor) => {
      const { opened } = actor as unknown as { opened: OrganizationState };
      const job = { kind: "interactions.erase", key: "", run_at_ms: 0, payload: { visitor_id: "gone" }, attempts: 0 };
      await opened.core.handlers["interactions.erase"]!(job as never);
    });
    await expect.poll(counts, { timeout: 3_000 }).toEqual([3, 2]);
    raw.close();
  });
});

describe("a state that did not change", () => {
  it("is not told again", async () => {
    const { api_key } = await createOrganization();
    const raw = await RawSocket.joined(api_key);
    raw.subscribe("a", "subscription { insightsUpdated { totals { interactions { value } } } }");
    await raw.until("next");
    await pause();
    await send("POST", "/api/v1/products", { key: api_key, body: { name: "No figure" } });
    await pause(1_300);
    expect(raw.of("next")).toHaveLength(1);
    await send("POST", "/api/v1/interactions", { key: api_key, body: { interactions: [{ type: "click" }] } });
    await raw.until("next", 2);
    raw.close();
  });
});
