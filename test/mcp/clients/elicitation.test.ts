// What cannot be undone a person agrees to, in front of whichever client.
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createOrganization, send, type TestOrganization } from "../../support/api.ts";
import { MessageStream, type Told } from "../http/message_stream.ts";
import { openSession, post, type OpenSession } from "../http/support.ts";
import type { Consent } from "./client.ts";
import { LINES } from "./lines.ts";
import { codeOf, createProduct, makeKey, until } from "./support.ts";

let organization: TestOrganization;
let key: string;
let product_id: string;
beforeAll(async () => {
  organization = await createOrganization();
  key = organization.api_key;
});
beforeEach(async () => {
  product_id = await createProduct(key, { title: "Reading lamp" });
});

const exists = async (): Promise<boolean> => (await send("GET", `/api/v1/products/${product_id}`, { key })).status === 200;
const deletions = async (): Promise<number> =>
  (await send<{ data: unknown[] }>("GET", `/api/v1/audit-log?subject=${product_id}&type=product.deleted`, { key })).body.data.length;
const ACCEPT: Consent = { action: "accept", content: { confirm: true } };

describe.each(LINES)("a person ($line)", ({ connect }) => {
  it("is asked about the thing by its name, before anything is done, and can agree", async () => {
    const asked: { question: string; existed: boolean }[] = [];
    const client = await connect({
      key,
      person: async (question) => {
        asked.push({ question, existed: await exists() });
        return ACCEPT;
      },
    });
    await client.tools();
    const result = await client.call("products_delete", { product_id });
    expect(codeOf(result)).toBeUndefined();
    expect(asked).toEqual([{ question: expect.stringContaining('"Reading lamp"'), existed: true }]);
    expect(await exists()).toBe(false);
    expect(await deletions()).toBe(1);
    await client.end();
    expect(client.errors).toEqual([]);
  });

  it.each<[string, Consent, string]>([
    ["declines", { action: "decline" }, "declined"],
    ["closes the question", { action: "cancel" }, "cancelled"],
    ["agrees to nothing", { action: "accept", content: {} }, "declined"],
    ["says no in the form", { action: "accept", content: { confirm: false } }, "declined"],
    ["writes something else into the form", { action: "accept", content: { confirm: "yes" } }, "declined"],
    ["declines with a form that says yes", { action: "decline", content: { confirm: true } }, "declined"],
  ])("who %s has nothing changed, which the model is told", async (_does, consent, reason) => {
    const client = await connect({ key, person: () => consent });
    await client.tools();
    const result = await client.call("products_delete", { product_id });
    expect(result.structuredContent).toEqual({ confirmed: false, reason });
    expect(result.content![0]!.text).toContain("Nothing was changed");
    expect(await exists()).toBe(true);
    await client.end();
    expect(client.errors).toEqual([]);
  });

  it("is asked whatever the model says of their consent", async () => {
    let questions = 0;
    const client = await connect({ key, person: () => ({ action: "decline", content: { n: ++questions } }) });
    await client.call("products_delete", { product_id, confirm: true });
    expect(questions).toBe(1);
    expect(await exists()).toBe(true);
    await client.end();
  });

  it("is not asked in vain: what is refused anyway is refused at once", async () => {
    let questions = 0;
    const { key: reader } = await makeKey(organization, { scopes: ["products:read"] });
    const person = (): Consent => ({ action: "accept", content: { confirm: true, n: ++questions } });
    const [client, narrow] = [await connect({ key, person }), await connect({ key: reader, person })];
    expect(codeOf(await client.call("products_delete", { product_id: "prd_00000000000000000000000000" }))).toBe("NOT_FOUND");
    expect(codeOf(await narrow.call("products_delete", { product_id }))).toBe("FORBIDDEN");
    expect(questions).toBe(0);
    for (const each of [client, narrow]) await each.end();
  });

  it("who cannot be asked by the client is asked by the model, which shows by the code of the refusal that it was told to", async () => {
    const client = await connect({ key });
    await client.tools();
    for (const given of [{ product_id }, { product_id, confirm: true }, { product_id, confirm: "yes" }]) {
      expect(codeOf(await client.call("products_delete", given))).toBe("VALIDATION_ERROR");
      expect(await exists()).toBe(true);
    }
    const refused = await client.call("products_delete", { product_id });
    expect(refused.structuredContent!.error!.details).toMatchObject({ field: "confirm" });
    expect(refused.content![0]!.text).toContain('"Reading lamp"');
    expect(await exists()).toBe(true);
    const { confirm } = refused.structuredContent!.error!.details;
    expect(codeOf(await client.call("products_delete", { product_id, confirm }))).toBeUndefined();
    expect(await exists()).toBe(false);
    await client.end();
    expect(client.errors).toEqual([]);
  });
});

describe.each(LINES.filter(({ session }) => session))("a client that cannot show the question after all ($line)", ({ connect }) => {
  it("has nothing changed: nobody agreed", async () => {
    const client = await connect({
      key,
      person: () => {
        throw new Error("The window was closed");
      },
    });
    expect((await client.call("products_delete", { product_id })).structuredContent).toEqual({ confirmed: false, reason: "cancelled" });
    expect(await exists()).toBe(true);
    await client.end();
  });
});

describe("an answer that no library would send", () => {
  interface Asked {
    session: OpenSession;
    stream: MessageStream;
    question: Told["message"];
  }

  async function ask(session_key = key): Promise<Asked> {
    const session = await openSession(session_key, undefined, { capabilities: { elicitation: {} } });
    const message = { jsonrpc: "2.0", id: "delete", method: "tools/call", params: { name: "products_delete", arguments: { product_id } } };
    const stream = await MessageStream.post(message, { key: session_key, headers: { "Mcp-Session-Id": session.id } });
    return { session, stream, question: (await stream.until(({ message: { method } }) => method === "elicitation/create")).message };
  }

  const answerTo = ({ question }: Asked, more: object): object => ({ jsonrpc: "2.0", id: question.id, ...more });

  it.each([
    { result: {} },
    { result: { action: 7, content: { confirm: true } } },
    { result: { action: "accept", content: [{ confirm: true }] } },
    { result: { action: "accept", content: { confirm: 1 } } },
    { result: "accept" },
    { result: null },
    { error: { code: "none", message: 3 } },
    { error: null },
  ])("%j is no consent: the call ends and nothing was done", async (answer) => {
    const asked = await ask();
    const status = (await asked.session.post(answerTo(asked, answer))).status;
    if (status === 202) {
      const { message } = await asked.stream.until(({ message: { id } }) => id === "delete");
      expect(message.result).toMatchObject({ structuredContent: { confirmed: false } });
    } else {
      // It was no JSON-RPC at all: the question is still open.
      expect(status).toBe(400);
      await asked.session.post(answerTo(asked, { result: { action: "decline" } }));
      await asked.stream.until(({ message: { id } }) => id === "delete");
    }
    expect(await exists()).toBe(true);
  });

  it("the second to the same question means nothing, in whatever order they come", async () => {
    const asked = await ask();
    const [accept, decline] = [answerTo(asked, { result: ACCEPT }), answerTo(asked, { result: { action: "decline" } })];
    const taken = await Promise.all([accept, decline, accept, decline].map((message) => asked.session.post(message)));
    expect(taken.map(({ status }) => status)).toEqual([202, 202, 202, 202]);
    await asked.stream.untilEnd();
    expect(asked.stream.told.filter(({ message: { id } }) => id === "delete")).toHaveLength(1);
    expect(await deletions()).toBe((await exists()) ? 0 : 1);
    expect((await asked.session.post(accept)).status).toBe(202);
    expect(await deletions()).toBe((await exists()) ? 0 : 1);
  });

  it("from another session answers nothing, and by somebody else is 404", async () => {
    const asked = await ask();
    const accept = answerTo(asked, { result: ACCEPT });
    const { key: another_key } = await makeKey(organization);
    const stranger = await createOrganization();
    for (const other of [key, another_key, stranger.api_key]) {
      // In a session of one's own it is an answer to nothing, as one to a question that never was.
      expect((await (await openSession(other)).post(accept)).status).toBe(202);
    }
    for (const other of [another_key, stranger.api_key]) {
      const refused = await post(accept, { key: other, headers: { "Mcp-Session-Id": asked.session.id } });
      expect(refused.status).toBe(404);
      expect(refused.body.error!.data).toMatchObject({ code: "NOT_FOUND", details: { resource: "session" } });
    }
    expect(await exists()).toBe(true);
    await asked.session.post(accept);
    await until(async () => !(await exists()));
  });
});
