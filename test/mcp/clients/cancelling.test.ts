// How far a call is, and what happens when nobody wants it any more.
import { beforeEach, describe, expect, it } from "vitest";
import { createOrganization, type TestOrganization } from "../../support/api.ts";
import { evict, sql } from "../actor/support.ts";
import { request } from "../http/support.ts";
import type { Consent, Progress } from "./client.ts";
import { LINES, SESSION_LINES } from "./lines.ts";
import { advanceExports, codeOf, createProduct, EXPORT, exportsOf, holdExports, releaseExports, until } from "./support.ts";

let organization: TestOrganization;
let key: string;
beforeEach(async () => {
  organization = await createOrganization();
  key = organization.api_key;
  await holdExports(organization);
});

describe.each(LINES)("progress ($line)", ({ connect }) => {
  it("only rises, says what for, and is over before the result", async () => {
    const client = await connect({ key });
    const order: (number | "result")[] = [];
    const messages: (string | undefined)[] = [];
    const call = client
      .call("exports_create", EXPORT, {
        onprogress: ({ progress, message }) => {
          order.push(progress);
          messages.push(message);
        },
      })
      .then((result) => {
        order.push("result");
        return result;
      });
    await until(() => order.length === 1);
    for (const rows of [2, 5, 5, 4, 9]) await advanceExports(organization, rows, 10);
    await until(() => order.length === 4);
    await releaseExports(organization);
    expect(codeOf(await call)).toBeUndefined();
    expect(order).toEqual([0, 2, 5, 9, "result"]);
    expect(messages.slice(0, 2)).toEqual(["Waiting for its turn", "2 of 10 rows written"]);
    await client.end();
    expect(client.errors).toEqual([]);
  });

  it("that nobody asked for is not sent: the call answers at once with what was started", async () => {
    const client = await connect({ key });
    expect(await client.call("exports_create", EXPORT)).toMatchObject({ structuredContent: { status: "queued" } });
    await client.end();
    expect(client.errors).toEqual([]);
  });
});

describe.each(LINES)("a call that is cancelled ($line)", ({ connect }) => {
  it.each([
    ["awake", false],
    ["asleep", true],
  ])("stops its work and is not answered, the actor being %s; whatever else the client does goes on", async (_state, asleep) => {
    const client = await connect({ key });
    const [progress, cancelling]: [Progress[], AbortController] = [[], new AbortController()];
    const kept = client.call("exports_create", { ...EXPORT, format: "json" }, { onprogress: () => undefined });
    const call = client.call("exports_create", EXPORT, { onprogress: (told) => progress.push(told), signal: cancelling.signal });
    const refused = expect(call).rejects.toThrow("No longer wanted");
    await until(() => progress.length === 1);
    if (asleep) await evict(organization);
    cancelling.abort("No longer wanted");
    await refused;
    const statuses = async (): Promise<string> => (await exportsOf(organization)).map(({ status }) => status).join(" ");
    await until(async () => (await statuses()).includes("cancelled"));
    await releaseExports(organization);
    expect(await kept).toMatchObject({ structuredContent: { format: "json", status: "succeeded" } });
    expect((await statuses()).split(" ").toSorted()).toEqual(["cancelled", "succeeded"]);
    expect(codeOf(await client.call("products_list"))).toBeUndefined();
    expect(progress).toHaveLength(1);
    await client.end();
    // An answer to what was cancelled would be one that it knows nothing of.
    expect(client.errors).toEqual([]);
  });
});

describe.each(SESSION_LINES)("a call that was cancelled ($line)", ({ connect }) => {
  it("is not come back to for ever: the client asks once and is told that there is no more", async () => {
    const client = await connect({ key });
    const [progress, cancelling]: [Progress[], AbortController] = [[], new AbortController()];
    const call = client.call("exports_create", EXPORT, { onprogress: (told) => progress.push(told), signal: cancelling.signal });
    const refused = expect(call).rejects.toThrow();
    await until(() => progress.length === 1);
    cancelling.abort();
    await refused;
    const comebacks = () => client.network.of("GET").filter(({ last_event_id }) => last_event_id?.startsWith("mcall_"));
    await until(() => comebacks().some(({ status }) => status !== null));
    expect(comebacks().map(({ status }) => status)).toEqual([204]);
    await client.end();
    expect(client.errors).toEqual([]);
  });

  it("while a person was asked: what they then say means nothing", async () => {
    const product_id = await createProduct(key);
    let answer: ((consent: Consent) => void) | undefined;
    const client = await connect({ key, person: () => new Promise((resolve) => (answer = resolve)) });
    const cancelling = new AbortController();
    const call = client.call("products_delete", { product_id }, { signal: cancelling.signal });
    const refused = expect(call).rejects.toThrow();
    await until(() => answer);
    cancelling.abort();
    await refused;
    await until(async () => (await sql(organization, "SELECT status FROM mcp_calls"))[0]!.status === "cancelled");
    answer!({ action: "accept", content: { confirm: true } });
    await until(() => client.network.of("POST", "answer").some(({ status }) => status === 202));
    expect(codeOf(await client.call("products_get", { product_id }))).toBeUndefined();
    await client.end();
  });
});

describe.each(SESSION_LINES)("a session that ends while a call waits ($line)", ({ connect }) => {
  it("ends the call in an error that says so; its work goes on", async () => {
    const client = await connect({ key });
    const progress: Progress[] = [];
    const call = client.call("exports_create", EXPORT, { onprogress: (told) => progress.push(told) });
    const refused = expect(call).rejects.toMatchObject({ code: -32_000, data: { code: "GONE" } });
    await until(() => progress.length === 1);
    await request("DELETE", { key, headers: { "Mcp-Session-Id": client.session! } });
    await refused;
    expect(await exportsOf(organization)).toMatchObject([{ status: "queued" }]);
    await client.leave();
  });
});
