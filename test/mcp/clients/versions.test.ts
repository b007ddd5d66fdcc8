// Whatever revision a client knows, it works; and clients of all of them work side by side on one organization.
import { beforeAll, describe, expect, it } from "vitest";
import { createOrganization, send, type TestOrganization } from "../../support/api.ts";
import type { ConnectOptions, McpClient, Progress } from "./client.ts";
import { LINES, V1, V2_SESSION } from "./lines.ts";
import { codeOf, createProduct, EXPORT, until } from "./support.ts";
import { Network } from "./network.ts";
import { connectV2 } from "./v2.ts";

let organization: TestOrganization;
let key: string;
let product_id: string;
let uri: string;
beforeAll(async () => {
  organization = await createOrganization();
  key = organization.api_key;
  product_id = await createProduct(key, { title: "Lamp", sku: "LAMP" });
  uri = `crow://products/${product_id}`;
});

const REVISIONS = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"];
const PINNED = [V1, V2_SESSION].flatMap(({ line, connect }) => REVISIONS.map((revision) => ({ line, connect, revision })));

describe.each(PINNED)("a client that knows $revision alone ($line)", ({ connect, revision }) => {
  const open = (more: Partial<ConnectOptions> = {}): Promise<McpClient> => connect({ key, version: revision, ...more });

  it("agrees on it and finds everything that it knows, in words that it knows", async () => {
    const client = await open();
    expect(client.version).toBe(revision);
    const tools = await client.tools();
    // What is read is a text, and has no schema in any revision.
    const structured = tools.filter(({ name }) => name !== "read_resource");
    expect(structured.every(({ outputSchema }) => (outputSchema !== undefined) === revision >= "2025-06-18")).toBe(true);
    expect(tools.every(({ annotations }) => (annotations !== undefined) === revision >= "2025-03-26")).toBe(true);
    const result = await client.call("products_get", { product_id });
    expect(result.structuredContent?.title).toBe(revision >= "2025-06-18" ? "Lamp" : undefined);
    expect(result.content![0]!.text).toContain("Lamp");
    expect(result.content!.some(({ type }) => type === "resource_link")).toBe(revision >= "2025-06-18");
    expect(JSON.parse((await client.read(uri))[0]!.text!)).toMatchObject({ sku: "LAMP" });
    expect((await client.prompt("product_deep_dive", { product_id })).length).toBeGreaterThan(1);
    await client.end();
    expect(client.errors).toEqual([]);
  });

  it("is told how far a call is, and what changed", async () => {
    const client = await open();
    await client.follow(uri);
    const progress: Progress[] = [];
    const result = await client.call("exports_create", EXPORT, { onprogress: (told) => progress.push(told) });
    expect(result.content![0]!.text).toContain("succeeded");
    expect(progress.length).toBeGreaterThan(0);
    expect(progress.every(({ message }) => (message !== undefined) === revision >= "2025-03-26")).toBe(true);
    await send("PATCH", `/api/v1/products/${product_id}`, { key, body: { title: "Lamp", metadata: { revision } } });
    await until(() => client.told.includes(`updated ${uri}`));
    await client.end();
    expect(client.errors).toEqual([]);
  });

  it("asks a person where its revision can, and else lets the model ask", async () => {
    const doomed = await createProduct(key);
    const client = await open({ person: () => ({ action: "accept", content: { confirm: true } }) });
    expect(codeOf(await client.call("products_delete", { product_id: doomed }))).toBeUndefined();
    expect((await send("GET", `/api/v1/products/${doomed}`, { key })).status).toBe(404);
    await client.end();
  });
});

describe("a client of the second line", () => {
  it("finds the stateless revision by itself, and falls back to a session where it does not know it", async () => {
    const found = await connectV2("auto", { key });
    expect([found.version, found.session]).toEqual(["2026-07-28", undefined]);
    const asked = await connectV2({ pin: "2026-07-28" }, { key });
    expect([asked.version, asked.session]).toEqual(["2026-07-28", undefined]);
    const legacy = await connectV2("legacy", { key });
    expect([legacy.version, typeof legacy.session]).toEqual(["2025-11-25", "string"]);
    for (const client of [found, asked, legacy]) {
      expect(codeOf(await client.call("products_list"))).toBeUndefined();
      await client.end();
      expect(client.errors).toEqual([]);
    }
  });

  it("that wants a revision which does not exist is refused, and told which there are", async () => {
    const network = new Network();
    const said: string[] = [];
    network.tamper = (text) => {
      said.push(text);
      return text;
    };
    await expect(connectV2({ pin: "2026-12-31" }, { key, network })).rejects.toThrow();
    expect(said.map((text) => JSON.parse(text) as object)).toMatchObject([{ error: { code: -32_022, data: { supported: ["2026-07-28"] } } }]);
  });
});

describe("clients of both eras on one organization", () => {
  it("see the same, and each other's changes", async () => {
    const clients = await Promise.all(
      [...LINES, { ...V1, connect: (options: ConnectOptions) => V1.connect({ ...options, version: "2024-11-05" }) }].map(({ connect }) =>
        connect({ key }),
      ),
    );
    await Promise.all(clients.map((client) => client.follow(uri)));
    for (const [index, writer] of clients.entries()) {
      for (const client of clients) client.told.length = 0;
      expect(codeOf(await writer.call("products_update", { product_id, title: `By ${index}` }))).toBeUndefined();
      await until(() => clients.every(({ told }) => told.length > 0));
      for (const client of clients) {
        expect(client.told).toEqual([`updated ${uri}`]);
        expect(JSON.parse((await client.read(uri))[0]!.text!)).toMatchObject({ title: `By ${index}` });
      }
    }
    for (const client of clients) {
      await client.end();
      expect(client.errors).toEqual([]);
    }
  });

  it("wait for their own work side by side", async () => {
    const formats = ["csv", "json", "ndjson"];
    const clients = await Promise.all(LINES.map(({ connect }) => connect({ key })));
    const results = await Promise.all(
      clients.map((client, index) => client.call("exports_create", { ...EXPORT, format: formats[index] }, { onprogress: () => undefined })),
    );
    expect(results).toMatchObject(formats.map((format) => ({ structuredContent: { format, status: "succeeded" } })));
    for (const client of clients) await client.end();
  });
});
