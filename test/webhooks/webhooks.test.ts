import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { DELIVERED } from "../../src/domain/webhooks/webhook.ts";
import { createOrganization, send, type ErrorBody, type TestOrganization } from "../support/api.ts";

interface Received {
  headers: Record<string, string>;
  body: string;
}
interface Made {
  id: string;
  secret: string;
}
interface DeliveryBody {
  id: string;
  message_id: string;
  status: string;
  attempts: number;
  response_status: number;
  error: string;
  next_attempt_at: string | null;
}

const HOST = "https://hooks.example.com";
const received = async (path: string): Promise<Received[]> => (await fetch(HOST + path)).json<Received[]>();
const answer = (path: string, status: number, headers = {}): Promise<Response> =>
  fetch(HOST + path, { method: "PUT", body: JSON.stringify({ status, headers }) });

async function webhook(organization: TestOrganization, path: string, types: string[]): Promise<Made> {
  const reply = await send<Made>("POST", "/api/v1/webhooks", { key: organization.api_key, body: { url: HOST + path, types } });
  expect(reply.status, JSON.stringify(reply.body)).toBe(201);
  return reply.body;
}

const alarm = ({ id }: TestOrganization): Promise<boolean> => runDurableObjectAlarm(env.ORGANIZATIONS.getByName(id));
const deliveries = async (organization: TestOrganization, id: string): Promise<DeliveryBody[]> =>
  (await send<{ data: DeliveryBody[] }>("GET", `/api/v1/webhooks/${id}/deliveries`, { key: organization.api_key })).body.data;
const product = (organization: TestOrganization, name: string): Promise<unknown> =>
  send("POST", "/api/v1/products", { key: organization.api_key, body: { name } });

async function untilReceived(organization: TestOrganization, path: string, count: number): Promise<Received[]> {
  for (let turn = 0; turn < 200; turn++) {
    await alarm(organization);
    const got = await received(path);
    if (got.length >= count) return got;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`not delivered: ${JSON.stringify(await received(path))}`);
}

/** Makes every waiting delivery due now, as time would. */
const skipWait = ({ id }: TestOrganization): Promise<void> =>
  runInDurableObject(env.ORGANIZATIONS.getByName(id), (_actor, state) => {
    state.storage.sql.exec("UPDATE webhook_deliveries SET next_attempt_at = 0 WHERE status = 'pending'");
    state.storage.sql.exec("UPDATE jobs SET run_at = 0 WHERE kind = 'webhook.deliver'");
    void state.storage.setAlarm(Date.now());
  });

describe("a webhook", () => {
  it("gets the events it wants, in order, signed so that the standard library verifies them", async () => {
    const organization = await createOrganization();
    const { secret } = await webhook(organization, "/order", ["product.*"]);
    for (const name of ["A", "B", "C"]) await product(organization, name);
    await send("POST", "/api/v1/interactions", { key: organization.api_key, body: { type: "click" } });
    const got = await untilReceived(organization, "/order", 3);
    const bodies = got.map(({ headers, body }) => new Webhook(secret).verify(body, headers) as { type: string; data: { title: string } });
    expect(bodies.map(({ data }) => data.title)).toEqual(["A", "B", "C"]);
    expect(got).toHaveLength(3);
    expect(() => new Webhook(secret).verify(got[0]!.body.replace("A", "Z"), got[0]!.headers)).toThrow();
  });

  it("carries a batch of interactions with the first hundred of them", async () => {
    const organization = await createOrganization();
    await webhook(organization, "/batch", ["interactions.ingested"]);
    await send("POST", "/api/v1/interactions", {
      key: organization.api_key,
      body: { interactions: Array.from({ length: 120 }, () => ({ type: "click" })) },
    });
    const [got] = await untilReceived(organization, "/batch", 1);
    const { data } = JSON.parse(got!.body) as { data: { count: number; interactions: unknown[]; more: string } };
    expect([data.count, data.interactions.length]).toEqual([120, 100]);
    expect(data.more).toContain("after=");
    expect(got!.body).not.toContain("first_seq");
  });

  it("that fails is tried again later under the same webhook-id, and holds up what comes after", async () => {
    const organization = await createOrganization();
    await answer("/retry", 500);
    const { id } = await webhook(organization, "/retry", ["product.created"]);
    await product(organization, "A");
    await product(organization, "B");
    await untilReceived(organization, "/retry", 1);
    const [second, first] = await deliveries(organization, id);
    expect(first).toMatchObject({ status: "pending", attempts: 1, response_status: 500 });
    expect(second).toMatchObject({ status: "pending", attempts: 0 });
    await answer("/retry", 200);
    await skipWait(organization);
    const got = await untilReceived(organization, "/retry", 3);
    expect(got.map(({ body }) => (JSON.parse(body) as { data: { title: string } }).data.title)).toEqual(["A", "A", "B"]);
    expect(got[0]!.headers["webhook-id"]).toBe(got[1]!.headers["webhook-id"]);
    await alarm(organization);
    expect((await deliveries(organization, id)).map(({ status }) => status)).toEqual(["succeeded", "succeeded"]);
  });

  it("goes on after the actor was evicted with deliveries waiting", async () => {
    const organization = await createOrganization();
    await webhook(organization, "/evicted", ["product.created"]);
    await product(organization, "A");
    await evictDurableObject(env.ORGANIZATIONS.getByName(organization.id)).catch(() => {});
    expect(await untilReceived(organization, "/evicted", 1)).not.toHaveLength(0);
  }, 20_000);

  it("does not follow redirects", async () => {
    const organization = await createOrganization();
    await answer("/redirect", 302, { Location: `${HOST}/elsewhere` });
    const { id } = await webhook(organization, "/redirect", ["product.created"]);
    await product(organization, "A");
    await untilReceived(organization, "/redirect", 1);
    expect((await deliveries(organization, id))[0]).toMatchObject({ status: "pending", response_status: 302, error: "Redirects are not followed" });
    expect(await received("/elsewhere")).toEqual([]);
  });

  it("signs with both secrets during a rotation's overlap", async () => {
    const organization = await createOrganization();
    const { id, secret } = await webhook(organization, "/rotated", ["product.created"]);
    const rotated = await send<Made>("POST", `/api/v1/webhooks/${id}/rotate-secret`, { key: organization.api_key, body: {} });
    await product(organization, "A");
    const [got] = await untilReceived(organization, "/rotated", 1);
    for (const known of [secret, rotated.body.secret]) expect(new Webhook(known).verify(got!.body, got!.headers)).toBeTruthy();
  });

  it("can be pinged, replayed one by one and since a time", async () => {
    const organization = await createOrganization();
    const { id } = await webhook(organization, "/replay", ["product.created"]);
    await product(organization, "A");
    await untilReceived(organization, "/replay", 1);
    const [delivery] = await deliveries(organization, id);
    const again = await send("POST", `/api/v1/webhooks/${id}/deliveries/${delivery!.id}/replay`, { key: organization.api_key, body: {} });
    expect(again.body).toMatchObject({ message_id: delivery!.message_id, status: "pending" });
    const since = await send("POST", `/api/v1/webhooks/${id}/replay`, {
      key: organization.api_key,
      body: { since: new Date(Date.now() - 60_000).toISOString() },
    });
    expect(since.body).toEqual({ queued: 1, complete: true });
    await send("POST", `/api/v1/webhooks/${id}/ping`, { key: organization.api_key, body: {} });
    const got = await untilReceived(organization, "/replay", 4);
    expect(new Set(got.slice(0, 3).map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    expect(JSON.parse(got[3]!.body)).toMatchObject({ type: "webhook.ping" });
  });

  it("that failed for five days is disabled and says why", async () => {
    const organization = await createOrganization();
    await answer("/dead", 500);
    const { id } = await webhook(organization, "/dead", ["product.created"]);
    await product(organization, "A");
    await untilReceived(organization, "/dead", 1);
    await runInDurableObject(env.ORGANIZATIONS.getByName(organization.id), (_actor, state) =>
      state.storage.sql.exec("UPDATE webhook_endpoints SET failing_since = ?", Date.now() - 6 * 86_400_000),
    );
    await skipWait(organization);
    await untilReceived(organization, "/dead", 2);
    const shown = await send("GET", `/api/v1/webhooks/${id}`, { key: organization.api_key });
    expect(shown.body).toMatchObject({ enabled: false, disabled_reason: expect.any(String) as string });
  });

  it("keeps its secret sealed and shows it once", async () => {
    const organization = await createOrganization();
    const { id, secret } = await webhook(organization, "/sealed", ["*"]);
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/=]+$/);
    const shown = await send("GET", `/api/v1/webhooks/${id}`, { key: organization.api_key });
    expect(shown.body).not.toHaveProperty("secret");
    const stored = await runInDurableObject(env.ORGANIZATIONS.getByName(organization.id), (_actor, state) =>
      state.storage.sql.exec("SELECT * FROM webhook_endpoints").toArray(),
    );
    expect(JSON.stringify(stored)).not.toContain(secret.slice(6));
  });

  it.each([
    "http://hooks.example.com/",
    "https://localhost/",
    "https://127.0.0.1/",
    "https://2130706433/",
    "https://0x7f.1/",
    "https://[::1]/",
    "https://[::ffff:169.254.169.254]/",
    "https://169.254.169.254/latest/meta-data",
    "https://10.0.0.8/",
    "https://intranet/",
    "https://printer.local/",
    "https://metadata.google.internal/",
    "https://user:password@hooks.example.com/",
    "https://hooks.example.com:22/",
    "https://crow.test./",
    "ftp://hooks.example.com/",
    "not a url",
  ])("cannot point at %s", async (url) => {
    const { api_key } = await createOrganization();
    const reply = await send<ErrorBody>("POST", "/api/v1/webhooks", { key: api_key, body: { url, types: ["*"] } });
    expect([reply.status, reply.body.error.details.field]).toEqual([400, "url"]);
  });

  it.each([
    "foo.bar",
    "foo.*",
    "product.create",
    "product",
    "Product.created",
    "webhook.updated",
    "webhook.*",
    "organization.deleted",
    "constructor",
  ])("cannot wait for %s, which never comes, and is told what does", async (type) => {
    const { api_key } = await createOrganization();
    const reply = await send<ErrorBody>("POST", "/api/v1/webhooks", { key: api_key, body: { url: `${HOST}/never`, types: ["product.*", type] } });
    expect([reply.status, reply.body.error.details.field]).toEqual([400, "types.1"]);
    expect(reply.body.error.details.expected).toMatch(/^one of: \*, organization\.\*, product\.\*, .*product\.created, /);
  });

  it.each(["interaction.purchase", "interaction.created", "interactions.purchase", "interaction.*"])(
    "cannot wait for %s, and is told how to get one kind of interaction",
    async (type) => {
      const { api_key } = await createOrganization();
      const reply = await send<ErrorBody>("POST", "/api/v1/webhooks", { key: api_key, body: { url: `${HOST}/never`, types: [type] } });
      expect(reply.body.error.details).toEqual({
        field: "types.0",
        expected: "interactions.ingested, looking at the type of each of its interactions",
      });
    },
  );

  it("takes every type that is delivered, all of a family, and all", async () => {
    const organization = await createOrganization();
    const types = [...DELIVERED.types];
    for (const some of [types.slice(0, 30), types.slice(30), ["interactions.*", "oauth_grant.*"], ["*"]]) await webhook(organization, "/any", some);
  });
});
