import { describe, expect, it } from "vitest";
import { createOrganization, send } from "../../support/api.ts";
import { HubClient } from "./hub_client.ts";

const NOTHING_OF_IT = 'subscription { interactionAdded(filter: { visitorId: "nobody" }) { id } }';

describe("catching up", () => {
  it("costs one for each page that looked through many events in vain, and is put off when the bucket is empty", async () => {
    const { api_key } = await createOrganization();
    const interactions = Array.from({ length: 1_000 }, () => ({ type: "click", visitor_id: "v" }));
    for (let count = 0; count < 3; count++) await send("POST", "/api/v1/interactions", { key: api_key, body: { interactions } });
    const { body } = await send<{ key: string }>("POST", "/api/v1/api-keys", {
      key: api_key,
      body: { name: "K", scopes: ["interactions:read"], rate_limit: { per_minute: 4 } },
    });
    const client = await HubClient.open(body.key);
    let [place, pages, later] = ["0", 0, null as { retry_after_s: number } | null];
    while (later === null && pages < 20) {
      const n = client.subscribeTo(NOTHING_OF_IT, place, pages > 0);
      const [frame] = await Promise.race((["live", "behind", "later"] as const).map((kind) => client.until(n, kind)));
      if (frame!.kind === "later") later = JSON.parse(frame!.payload) as { retry_after_s: number };
      else pages += 1;
      place = frame!.id!;
    }
    // One for the connection and one for the subscription leave two.
    expect(pages).toBe(2);
    expect(later!.retry_after_s).toBeGreaterThan(0);
    expect(place).toMatch(/^1\.|^2/);
    client.close();
  });

  it("is free where every page is full of answers", async () => {
    const { api_key } = await createOrganization();
    const interactions = Array.from({ length: 1_000 }, () => ({ type: "click", visitor_id: "v" }));
    await send("POST", "/api/v1/interactions", { key: api_key, body: { interactions } });
    const { body } = await send<{ key: string }>("POST", "/api/v1/api-keys", {
      key: api_key,
      body: { name: "K", scopes: ["interactions:read"], rate_limit: { per_minute: 2 } },
    });
    const client = await HubClient.open(body.key);
    let [place, answers] = ["0", 0];
    for (let live = false; !live;) {
      const n = client.subscribeTo("subscription { interactionAdded { id } }", place, answers > 0);
      const [frame] = await Promise.race((["live", "behind"] as const).map((kind) => client.until(n, kind)));
      answers += client.of(n, "next").length;
      live = frame!.kind === "live";
      place = frame!.id!;
    }
    expect(answers).toBe(1_000);
    client.close();
  });
});
