// Networks break. A client in a session comes back to where it was, by the library's own means, and hears the rest once.
import { describe, expect, it } from "vitest";
import { createOrganization, send, type TestOrganization } from "../../support/api.ts";
import { evict } from "../actor/support.ts";
import { MessageStream } from "../http/message_stream.ts";
import { request } from "../http/support.ts";
import type { McpClient, Progress, ToolResult } from "./client.ts";
import { SESSION_LINES, V2_STATELESS } from "./lines.ts";
import { advanceExports, codeOf, createProduct, EXPORT, exportsOf, holdExports, releaseExports, until } from "./support.ts";

interface Shop {
  organization: TestOrganization;
  key: string;
}

/** Each has its own: an eviction takes a second, so they wait side by side. */
async function open(): Promise<Shop> {
  const organization = await createOrganization();
  return { organization, key: organization.api_key };
}

interface Waiting {
  client: McpClient;
  result: Promise<ToolResult>;
  progress: Progress[];
  /** Places of the call's stream, in the order that the client passed them. */
  places: string[];
}

describe.concurrent.each(SESSION_LINES)("a client that is cut off ($line)", ({ connect }) => {
  async function begin({ organization, key }: Shop, retries = 3): Promise<Waiting> {
    await holdExports(organization);
    const client = await connect({ key, retries });
    const [progress, places]: [Progress[], string[]] = [[], []];
    const result = client.call("exports_create", EXPORT, {
      onprogress: (told) => progress.push(told),
      onresumptiontoken: (place) => places.push(place),
    });
    result.catch(() => undefined);
    await until(() => progress.length === 1);
    return { client, result, progress, places };
  }

  it("comes back by itself to a call that waits, and hears what it missed and the result, once", async () => {
    const { organization, key } = await open();
    const { client, result, progress, places } = await begin({ organization, key });
    client.network.cut();
    await evict(organization);
    await advanceExports(organization, 4, 10);
    await releaseExports(organization);
    expect(await result).toMatchObject({ structuredContent: { status: "succeeded" } });
    expect(progress.map((told) => told.progress)).toEqual([0, 4]);
    // The place from which a stream goes on comes first in it.
    expect(places.map((place) => Number(place.split(".")[1]))).toEqual([0, 1, 1, 2, 3]);
    const resumed = client.network.of("GET").filter(({ last_event_id }) => last_event_id?.startsWith("mcall_"));
    expect(resumed.map(({ last_event_id }) => last_event_id)).toEqual([places[1]]);
    expect(await exportsOf(organization)).toHaveLength(1);
    expect(client.errors.map(({ message }) => message)).toEqual(client.errors.map(() => expect.stringContaining("disconnected")));
    await client.end();
  });

  it("as often as it has to", async () => {
    const { organization, key } = await open();
    const { client, result, progress } = await begin({ organization, key });
    client.network.cut();
    await until(() => client.network.of("GET").some(({ last_event_id, status }) => last_event_id?.startsWith("mcall_") && status === 200));
    await advanceExports(organization, 7, 10);
    await until(() => progress.length === 2);
    client.network.cut();
    await releaseExports(organization);
    expect(await result).toMatchObject({ structuredContent: { status: "succeeded" } });
    expect(progress.map((told) => told.progress)).toEqual([0, 7]);
    await client.end();
  });

  it("for good is replaced by another in the same session, which is told the rest and no more", async () => {
    const { organization, key } = await open();
    const { client, places } = await begin({ organization, key }, 0);
    const session = { id: client.session!, version: client.version! };
    await client.leave();
    await evict(organization);
    await releaseExports(organization);
    const heir = await connect({ key, session });
    const result = await heir.call("exports_create", EXPORT, { resumptionToken: places.at(-1)! });
    expect(result).toMatchObject({ structuredContent: { status: "succeeded" } });
    expect(await exportsOf(organization)).toHaveLength(1);
    expect(heir.network.of("POST", "tools/call")).toEqual([]);
    await heir.end();
    // Anything that it was told and knew nothing of.
    expect(heir.errors).toEqual([]);
  });

  it.each(["cut", "finish"] as const)(
    "from the session's own stream (%s) comes back to its place in it, and is told what changed meanwhile, once",
    async (end) => {
      const { organization, key } = await open();
      const product_id = await createProduct(key);
      const uri = `crow://products/${product_id}`;
      const rename = (title: string): Promise<unknown> => send("PATCH", `/api/v1/products/${product_id}`, { key, body: { title } });
      const client = await connect({ key });
      await client.follow(uri);
      await rename("Lamp II");
      await until(() => client.told.length === 1);
      client.network[end]();
      await evict(organization);
      await rename("Lamp III");
      await rename("Lamp IV");
      await until(() => client.told.length > 1);
      expect(client.told).toEqual([`updated ${uri}`, `updated ${uri}`]);
      const places = client.network.of("GET").map(({ last_event_id }) => last_event_id);
      expect(places).toEqual([null, expect.stringMatching(/^log\.\d+$/)]);
      await client.end();
    },
  );

  it("when all was said is told not to come again, and before that gets what it has not seen", async () => {
    const { organization, key } = await open();
    const { client, places, result } = await begin({ organization, key });
    const [started] = await exportsOf(organization);
    await send("POST", `/api/v1/exports/${started!.id}/cancel`, { key });
    expect(codeOf(await result)).toBe("CONFLICT");
    const again = await MessageStream.get(client.session!, { key, headers: { "Last-Event-ID": places[1]! } });
    await again.untilEnd();
    expect(again.told).toMatchObject([{ id: places[2], message: { result: { isError: true } } }]);
    const headers = { "Mcp-Session-Id": client.session!, Accept: "text/event-stream", "Last-Event-ID": places[2]! };
    expect((await request("GET", { key, headers })).status).toBe(204);
    await client.end();
  });
});

describe("a client without a session that is cut off", () => {
  it("has nothing to come back to: its work is given up, and it can ask again", async () => {
    const { organization, key } = await open();
    await holdExports(organization);
    const client = await V2_STATELESS.connect({ key });
    const progress: Progress[] = [];
    const result = client.call("exports_create", EXPORT, { onprogress: (told) => progress.push(told) });
    result.catch(() => undefined);
    await until(() => progress.length === 1);
    client.network.cut();
    await until(async () => (await exportsOf(organization))[0]!.status === "cancelled");
    await releaseExports(organization);
    expect(await client.call("exports_create", EXPORT, { onprogress: () => undefined })).toMatchObject({
      structuredContent: { status: "succeeded" },
    });
    await client.end();
  });
});
