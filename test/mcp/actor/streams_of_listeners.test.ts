import { describe, expect, it } from "vitest";
import { ALL_SCOPES } from "../../../src/domain/scopes.ts";
import { createOrganization } from "../../support/api.ts";
import { addMember, grant, letInClient } from "../../support/members.ts";
import { McpCaller } from "./caller.ts";
import { changesOf, listen, PRODUCTS, RESOURCES } from "./following.ts";
import { createProduct, evict, makeKey, pause } from "./support.ts";
import { useTestTools } from "./test_tools.ts";

useTestTools();

describe("a listener without a session", () => {
  it("is told what it asked for, and nothing else; it has no place to come back to", async () => {
    const organization = await createOrganization();
    const caller = new McpCaller(organization.api_key);
    const [both, lists] = [
      await caller.followed(listen([PRODUCTS.uri, "test://nothing"])),
      await caller.followed(listen([], ["resources", "prompts"])),
    ];
    await Promise.all([both.until("ready"), lists.until("ready")]);
    await evict(organization);
    await createProduct(organization);
    await Promise.all([both.until("change"), lists.until("change")]);
    await pause();
    expect(both.frames).toEqual([
      { type: "ready", id: null },
      { type: "change", id: null, change: PRODUCTS },
    ]);
    expect(changesOf(lists)).toEqual([RESOURCES]);
  });

  it("is told nothing about what it may not read", async () => {
    const organization = await createOrganization();
    const { caller } = await makeKey(organization, { scopes: ["exports:read"] });
    const stream = await caller.followed(listen([PRODUCTS.uri]));
    await stream.until("ready");
    await createProduct(organization);
    await pause();
    expect(changesOf(stream)).toEqual([]);
  });

  it("follows a hundred resources at most", async () => {
    const caller = new McpCaller((await createOrganization()).api_key);
    const uris = Array.from({ length: 101 }, (_, index) => `test://${index}`);
    expect(await caller.follow(listen(uris))).toMatchObject({ failure: { code: "VALIDATION_ERROR", details: { limit: 100 } } });
  });

  it("follows a hundred stories of products, with an access token of every scope; what is longer than an opening may be is refused", async () => {
    const organization = await createOrganization();
    const { account_id } = await addMember(organization, "owner");
    const oauth_client_id = await letInClient(organization);
    const grant_id = await grant(organization, { oauth_client_id, account_id });
    const caller = new McpCaller({
      kind: "access_token",
      organization_id: organization.id,
      grant_id,
      client_id: `https://${oauth_client_id}.example/client.json`,
      account_id,
      scopes: [...ALL_SCOPES],
      token_id: "01jd0000000000000000000000",
      expires_at_ms: Date.now() + 60_000,
    });
    const stories = Array.from(
      { length: 100 },
      (_, index) => `crow://products/prd_01jd00000000000000000000${10 + (index % 90)}/story${index < 90 ? "" : "?"}`,
    );
    const stream = await caller.followed(listen(stories, ["tools", "resources", "prompts"]));
    await stream.until("ready");
    const long = Array.from({ length: 20 }, (_, index) => `test://${index}`.padEnd(500, "x"));
    expect(await caller.follow(listen(long))).toMatchObject({ failure: { code: "VALIDATION_ERROR", details: { limit: 8_192 } } });
  });

  it("follows what is named in any script", async () => {
    const organization = await createOrganization();
    const stream = await new McpCaller(organization.api_key).followed(listen(["test://products/Größe/靴\u{1f45f}"]));
    await createProduct(organization);
    await stream.until("change");
    expect(changesOf(stream)).toEqual([{ kind: "resource", uri: "test://products/Größe/靴\u{1f45f}" }]);
  });
});
