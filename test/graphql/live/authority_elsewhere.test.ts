import { createHash } from "node:crypto";
import { describe, expect, it, vi } from "vitest";
import { createOrganization, send, type TestOrganization } from "../../support/api.ts";
import { pause } from "./clients.ts";
import { RawSocket } from "./raw_socket.ts";
import { makeKey, product, PRODUCTS, subscribed } from "./support.ts";

describe("a connection to the sandbox", () => {
  it("is judged by what the live actor said when it was opened, and asked again before a query runs", async () => {
    const organization = await createOrganization();
    const { id, key } = await makeKey(organization, { environment: "test", scopes: ["products:read", "products:write"] });
    const raw = await subscribed(key);
    raw.subscribe("m", 'mutation { createProduct(input: { title: "A" }) { title } }');
    await raw.until("complete", 1, "m");
    await raw.until("next", 1, "a");
    await send("DELETE", `/api/v1/api-keys/${id}`, { key: organization.api_key });
    raw.subscribe("q", "{ products { title } }");
    expect((await raw.untilClosed()).code).toBe(4401);
    expect(raw.of("next", "q")).toEqual([]);
  });
});

describe("a sandbox's reader whose key was revoked", () => {
  async function revocable(): Promise<{
    organization: TestOrganization;
    raw: RawSocket;
    revoke: () => Promise<unknown>;
    create: () => Promise<unknown>;
  }> {
    const organization = await createOrganization();
    const [reader, writer] = [
      await makeKey(organization, { environment: "test" }),
      await makeKey(organization, { environment: "test", scopes: ["products:write"] }),
    ];
    return {
      organization,
      raw: await subscribed(reader.key),
      revoke: () => send("DELETE", `/api/v1/api-keys/${reader.id}`, { key: organization.api_key }),
      create: () => send("POST", "/api/v2/products", { key: writer.key, body: { title: "Later" } }),
    };
  }

  it("begins nothing more", async () => {
    const { raw, revoke, create } = await revocable();
    await revoke();
    raw.subscribe("b", PRODUCTS);
    expect((await raw.untilClosed()).code).toBe(4401);
    await create();
    await pause();
    expect(raw.of("next")).toEqual([]);
  });

  it("is told nothing more after a minute", async () => {
    const { raw, revoke, create } = await revocable();
    await create();
    await raw.until("next");
    await revoke();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 61_000 });
    try {
      await create();
      expect((await raw.untilClosed()).code).toBe(4401);
      expect(raw.of("next")).toHaveLength(1);
    } finally {
      vi.useRealTimers();
    }
  });

  it("is told on when it was not revoked", async () => {
    const { raw, create } = await revocable();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 61_000 });
    try {
      await create();
      await raw.until("next");
      await create();
      await raw.until("next", 2);
      expect(raw.closed).toBeNull();
    } finally {
      vi.useRealTimers();
    }
    raw.close();
  });

  it("is told nothing after its end", async () => {
    const organization = await createOrganization();
    const { key } = await makeKey(organization, { environment: "test", expires_at: new Date(Date.now() + 1_000).toISOString() });
    const raw = await subscribed(key);
    expect((await raw.untilClosed()).code).toBe(4403);
  });
});

describe("an operation that is not registered any more, where only registered ones run", () => {
  const register = ({ api_key }: TestOrganization): Promise<unknown> =>
    send("POST", "/api/v2/persisted-operations", { key: api_key, body: { name: "Changes", query: PRODUCTS } });
  const onlyRegistered = ({ id, api_key }: TestOrganization): Promise<unknown> =>
    send("PATCH", `/api/v1/organizations/${id}`, { key: api_key, body: { settings: { persisted_operations_only: true } } });
  const failure = [{ extensions: { code: "FORBIDDEN", details: { sha256: createHash("sha256").update(PRODUCTS).digest("hex") } } }];

  it("is not told of when it is removed", async () => {
    const organization = await createOrganization();
    await register(organization);
    await onlyRegistered(organization);
    const raw = await subscribed(organization.api_key);
    await product(organization, "A");
    await raw.until("next");
    await send("DELETE", `/api/v2/persisted-operations/${failure[0]!.extensions.details.sha256}`, { key: organization.api_key });
    expect((await raw.until("error"))[0]!.payload).toMatchObject(failure);
    await product(organization, "Later");
    await pause();
    expect(raw.of("next")).toHaveLength(1);
    raw.close();
  });

  it("is not told of when the organization decides so, in the spelling that it was asked for with", async () => {
    const organization = await createOrganization();
    await register(organization);
    const other = await RawSocket.joined(organization.api_key);
    other.subscribe("a", `${PRODUCTS} # another`);
    await pause();
    const raw = await subscribed(organization.api_key);
    await onlyRegistered(organization);
    await other.until("error");
    await product(organization, "A");
    await raw.until("next");
    expect(other.of("next")).toEqual([]);
    for (const each of [raw, other]) each.close();
  });
});
