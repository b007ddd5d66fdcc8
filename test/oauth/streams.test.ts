import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { EventStream } from "../live/event_stream.ts";
import { createOrganization, send } from "../support/api.ts";
import { exchangeCode, obtainCode, registerClient, signedInMember } from "./support.ts";

async function streamOf(role: "viewer" | "admin") {
  const organization = await createOrganization();
  const member = await signedInMember(organization, role);
  const client = await registerClient();
  const tokens = (await exchangeCode(client, await obtainCode(member, client.client_id, { scope: "events:read" }))).body;
  const stream = await EventStream.open(tokens.access_token!);
  await stream.until(1, "ready");
  return { organization, member, stream };
}

describe("a stream that was opened with an access token", () => {
  it("tells what happens, also after the actor was evicted", async () => {
    const { organization, stream } = await streamOf("viewer");
    await evictDurableObject(env.ORGANIZATIONS.getByName(organization.id));
    await send("POST", "/api/v1/products", { key: organization.api_key, body: { name: "Live" } });
    await stream.until(1, "product.created");
    await stream.close();
  });

  it("ends when its member is removed", async () => {
    const { organization, member, stream } = await streamOf("admin");
    await send("DELETE", `/api/v1/members/${member.account_id}`, { key: organization.api_key });
    await stream.untilEnd();
  });

  it("ends when the organization is deleted, which nothing keeps from succeeding", async () => {
    const { organization, stream } = await streamOf("viewer");
    expect((await send("DELETE", `/api/v1/organizations/${organization.id}`, { key: organization.api_key })).status).toBe(200);
    await stream.untilEnd();
    expect(stream.ended).toBe(true);
  });

  it("ends when its grant is revoked", async () => {
    const { organization, member, stream } = await streamOf("viewer");
    const grants = await send<{ data: { id: string }[] }>("GET", `/api/v1/oauth-grants?account_id=${member.account_id}`, {
      key: organization.api_key,
    });
    await send("DELETE", `/api/v1/oauth-grants/${grants.body.data[0]!.id}`, { key: organization.api_key });
    await stream.untilEnd();
    expect(stream.ended).toBe(true);
  });
});
