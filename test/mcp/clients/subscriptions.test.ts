// What one client of an organization changes, by whatever protocol, the others are told; and never another organization's.
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ask } from "../../graphql/request.ts";
import { createOrganization, send, type TestOrganization } from "../../support/api.ts";
import { MessageStream } from "../http/message_stream.ts";
import type { McpClient } from "./client.ts";
import { LINES, SESSION_LINES, V2_STATELESS } from "./lines.ts";
import { createProduct, EXPORT, makeKey, until } from "./support.ts";

let organization: TestOrganization;
let other: TestOrganization;
let key: string;
beforeAll(async () => {
  [organization, other] = [await createOrganization(), await createOrganization()];
  key = organization.api_key;
});

let product_id: string;
let uri: string;
beforeEach(async () => {
  product_id = await createProduct(key);
  uri = `crow://products/${product_id}`;
});

/** Ways to change a product, by another client of the organization. */
const WRITES: [string, (title: string) => Promise<unknown>][] = [
  ["REST", (title) => send("PATCH", `/api/v1/products/${product_id}`, { key, body: { title } })],
  ["GraphQL", (title) => ask(key, `mutation { updateProduct(id: "${product_id}", input: { title: "${title}" }) { id } }`)],
  ...LINES.map(({ line, connect }): [string, (title: string) => Promise<unknown>] => [
    `MCP (${line})`,
    async (title) => {
      const client = await connect({ key });
      await client.call("products_update", { product_id, title });
      await client.end();
    },
  ]),
];

/** Something that the client surely hears of, after anything that came before. */
async function settle(client: McpClient): Promise<void> {
  await createProduct(key, { title: "The last" });
  await until(() => client.told.includes("resources"));
}

describe.each(LINES)("a client that follows ($line)", ({ connect }) => {
  it.each(WRITES)("a resource is told once that it changed, by %s", async (by, change) => {
    const client = await connect({ key });
    await client.follow(uri);
    await change(`Changed by ${by}`);
    await until(() => client.told.length > 0);
    await settle(client);
    expect(client.told).toEqual([`updated ${uri}`, "resources"]);
    expect(JSON.parse((await client.read(uri))[0]!.text!)).toMatchObject({ title: `Changed by ${by}` });
    await client.end();
    expect(client.errors).toEqual([]);
  });

  it("several is told of those that changed, and of no other", async () => {
    const others = [await createProduct(key, { title: "Chair" }), await createProduct(key, { title: "Table" })];
    const client = await connect({ key });
    await client.follow(uri, "crow://organization", ...others.map((id) => `crow://products/${id}`));
    await send("PATCH", `/api/v1/products/${others[1]!}`, { key, body: { title: "Desk" } });
    await send("PATCH", `/api/v1/organizations/${organization.id}`, { key, body: { name: "Renamed" } });
    await settle(client);
    expect(client.told.toSorted()).toEqual(["resources", "updated crow://organization", `updated crow://products/${others[1]!}`]);
    await client.end();
  });

  it("is never told of another organization's changes, not even where it names what is theirs", async () => {
    const theirs = await createProduct(other.api_key);
    const client = await connect({ key });
    await client.follow(uri, `crow://products/${theirs}`, "crow://insights/latest");
    await send("PATCH", `/api/v1/products/${theirs}`, { key: other.api_key, body: { title: "Theirs" } });
    await createProduct(other.api_key);
    const their_client = await connect({ key: other.api_key });
    await their_client.follow(`crow://products/${theirs}`);
    await send("PATCH", `/api/v1/products/${theirs}`, { key: other.api_key, body: { title: "Theirs again" } });
    await until(() => their_client.told.length > 0);
    expect(client.told).toEqual([]);
    await send("PATCH", `/api/v1/products/${product_id}`, { key, body: { title: "Ours" } });
    await until(() => client.told.length >= 2);
    expect(client.told.toSorted()).toEqual(["updated crow://insights/latest", `updated ${uri}`]);
    for (const each of [client, their_client]) await each.end();
  });

  it("in a sandbox hears of the sandbox, and nothing of the live data", async () => {
    const { key: test_key } = await makeKey(organization, { environment: "test" });
    const theirs = await createProduct(test_key, { title: "Test lamp" });
    const client = await connect({ key: test_key });
    await client.follow(`crow://products/${theirs}`, uri);
    await send("PATCH", `/api/v1/products/${product_id}`, { key, body: { title: "Live" } });
    await send("PATCH", `/api/v1/products/${theirs}`, { key: test_key, body: { title: "Tested" } });
    await until(() => client.told.length > 0);
    expect(client.told).toEqual([`updated crow://products/${theirs}`]);
    expect(await client.call("exports_create", EXPORT, { onprogress: () => undefined })).toMatchObject({
      structuredContent: { status: "succeeded" },
    });
    await client.end();
    expect(client.errors).toEqual([]);
  });

  it("no longer is not told", async () => {
    const [gone, here] = [await connect({ key }), await connect({ key })];
    const unfollow = await gone.follow(uri);
    await here.follow(uri);
    await unfollow();
    await send("PATCH", `/api/v1/products/${product_id}`, { key, body: { title: "Unheard" } });
    await until(() => here.told.length > 0);
    expect(gone.told).toEqual([]);
    for (const each of [gone, here]) await each.end();
  });

  it("is told that its tools changed when its key may do something else, and sees them", async () => {
    const made = await makeKey(organization, { scopes: ["products:read"] });
    const client = await connect({ key: made.key });
    await client.follow(uri);
    expect((await client.tools()).map(({ name }) => name)).not.toContain("products_create");
    await send("PATCH", `/api/v1/api-keys/${made.id}`, { key, body: { scopes: ["products:read", "products:write"] } });
    await until(() => client.told.includes("tools"));
    expect((await client.tools()).map(({ name }) => name)).toContain("products_create");
    await send("PATCH", `/api/v1/api-keys/${made.id}`, { key, body: { scopes: ["usage:read"] } });
    await until(() => client.told.filter((change) => change === "tools").length === 2);
    // What it may no longer read it is no longer told of.
    const before = client.told.length;
    await send("PATCH", `/api/v1/products/${product_id}`, { key, body: { title: "Secret" } });
    const witness = await connect({ key });
    await witness.follow(uri);
    await send("PATCH", `/api/v1/products/${product_id}`, { key, body: { title: "Secret again" } });
    await until(() => witness.told.length > 0);
    expect(client.told.slice(before)).toEqual([]);
    for (const each of [client, witness]) await each.end();
  });

  it("with a key that is revoked hears no more: its stream ends, and its next request is 401", async () => {
    const made = await makeKey(organization);
    const client = await connect({ key: made.key, retries: 0 });
    await client.follow(uri);
    expect(client.network.open).toBe(1);
    expect((await send("DELETE", `/api/v1/api-keys/${made.id}`, { key })).status).toBe(200);
    await until(() => client.network.open === 0);
    await send("PATCH", `/api/v1/products/${product_id}`, { key, body: { title: "After the end" } });
    await expect(client.call("products_list")).rejects.toThrow();
    expect(client.network.exchanges.at(-1)).toMatchObject({ http_method: "POST", status: 401 });
    expect(client.told).toEqual([]);
    await client.leave();
  });
});

describe.each(SESSION_LINES)("a session's subscriptions ($line)", ({ connect }) => {
  it("are the session's: another of the same key is told of lists alone", async () => {
    const [subscribed, listening] = [await connect({ key }), await connect({ key })];
    await subscribed.follow(uri);
    await listening.follow();
    await send("PATCH", `/api/v1/products/${product_id}`, { key, body: { title: "Told to one" } });
    await until(() => subscribed.told.length > 0);
    await settle(listening);
    expect(listening.told).toEqual(["resources"]);
    for (const each of [subscribed, listening]) await each.end();
  });

  it.each([
    ["from a place in the old one, with what was missed", true],
    ["from now on", false],
  ])("last through a new stream, %s", async (_from, from_place) => {
    const client = await connect({ key });
    await client.follow(uri);
    const session = { id: client.session!, version: client.version! };
    await client.leave();
    const stream = await MessageStream.get(session.id, { key });
    const place = await stream.untilPrimed();
    await stream.leave();
    await send("PATCH", `/api/v1/products/${product_id}`, { key, body: { title: "Missed" } });
    const heir = await connect({ key, session });
    await heir.reopen(from_place ? place : "");
    if (from_place) await until(() => heir.told.length === 1);
    await settle(heir);
    expect(heir.told).toEqual(from_place ? [`updated ${uri}`, "resources"] : ["resources"]);
    await send("PATCH", `/api/v1/products/${product_id}`, { key, body: { title: "Heard" } });
    await until(() => heir.told.at(-1) === `updated ${uri}`);
    await heir.end();
  });
});

describe("listeners without a session", () => {
  it("of one client are apart: what ends one leaves the other", async () => {
    const second = await createProduct(key, { title: "Second" });
    const client = await V2_STATELESS.connect({ key });
    const unfollow = await client.follow(uri);
    await client.follow(`crow://products/${second}`);
    await unfollow();
    for (const id of [product_id, second]) await send("PATCH", `/api/v1/products/${id}`, { key, body: { title: "New" } });
    await until(() => client.told.length > 0);
    expect(client.told).toEqual([`updated crow://products/${second}`]);
    await client.leave();
  });
});
