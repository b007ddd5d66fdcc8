import { describe, expect, it } from "vitest";
import type { McpAnswer } from "../../../src/domain/mcp/command.ts";
import type { McpErrorObject, McpObject } from "../../../src/domain/mcp/message.ts";
import { createOrganization, send, type TestOrganization } from "../../support/api.ts";
import { errorOf, McpCaller, STATELESS } from "./caller.ts";
import type { InnerSocket } from "./inner_socket.ts";
import { evict, makeKey, messagesOf, move, outcomeOf, pause, runJob, sql, subjectOf } from "./support.ts";
import { useTestTools } from "./test_tools.ts";

useTestTools();

interface Asking {
  organization: TestOrganization;
  caller: McpCaller;
  session_id: string;
  call_id: string;
  stream: InnerSocket;
  /** Ids of the questions, by method. */
  ids: Record<string, string>;
}

async function ask(name: string, caller_of?: (organization: TestOrganization) => Promise<McpCaller>, tier = "enterprise"): Promise<Asking> {
  const organization = await createOrganization({ tier });
  const caller = caller_of ? await caller_of(organization) : new McpCaller(organization.api_key);
  const session_id = await caller.open();
  const call_id = await caller.call({ name }, { id: 42, session_id });
  const stream = await caller.followed({ kind: "call", call_id, session_id, after: 0 });
  await stream.until("message");
  return { organization, caller, session_id, call_id, stream, ids: idsOf(stream) };
}

const idsOf = (stream: InnerSocket): Record<string, string> => Object.fromEntries(messagesOf(stream).map(({ method, id }) => [method, id]));

function respond(
  { caller, session_id }: Pick<Asking, "caller" | "session_id">,
  id: string,
  result: McpObject | null,
  error: McpErrorObject | null = null,
): Promise<McpAnswer> {
  return caller.send({ type: "respond", session_id, id, result, error });
}

const ELICIT = "elicitation/create";
const ACCEPT = { action: "accept", content: {} };
const productsOf = async ({ organization }: Pick<Asking, "organization">): Promise<number> =>
  Number((await sql(organization, "SELECT count(*) AS n FROM products"))[0]!.n);

describe("a call that asks its client", () => {
  it("asks on its stream by a request of its own, and runs once the answer is there", async () => {
    const asking = await ask("confirm");
    expect(messagesOf(asking.stream)).toMatchObject([{ jsonrpc: "2.0", method: ELICIT, params: { message: "Sure?" } }]);
    expect(await productsOf(asking)).toBe(0);
    expect((await respond(asking, asking.ids[ELICIT]!, ACCEPT)).reply).toEqual({ kind: "done" });
    expect(await outcomeOf(asking.stream)).toMatchObject({ jsonrpc: "2.0", id: 42, result: { action: "accept", state: "asked" } });
    expect(await productsOf(asking)).toBe(1);
  });

  it("runs once, however often the answer comes", async () => {
    const asking = await ask("confirm");
    await Promise.all([1, 2, 3].map(() => respond(asking, asking.ids[ELICIT]!, ACCEPT)));
    await respond(asking, asking.ids[ELICIT]!, ACCEPT);
    await asking.stream.until("end");
    expect(await productsOf(asking)).toBe(1);
    expect(messagesOf(asking.stream)).toHaveLength(2);
  });

  it("costs its operation once", async () => {
    const asking = await ask("confirm", undefined, "professional");
    const before = await send<{ own_limit: { minute: { remaining: number } } }>("GET", "/api/v1/usage", { key: asking.organization.api_key });
    await respond(asking, asking.ids[ELICIT]!, ACCEPT);
    expect(await outcomeOf(asking.stream)).toMatchObject({ result: { charged: 5 } });
    const after = await send<{ own_limit: { minute: { remaining: number } }; usage: { protocol: string; cost: number }[] }>("GET", "/api/v1/usage", {
      key: asking.organization.api_key,
    });
    expect(before.body.own_limit.minute.remaining - after.body.own_limit.minute.remaining).toBe(1);
    expect(after.body.usage.filter(({ protocol }) => protocol === "mcp").reduce((sum, { cost }) => sum + cost, 0)).toBe(5);
  });

  it("hears that the person declined", async () => {
    const asking = await ask("confirm");
    await respond(asking, asking.ids[ELICIT]!, { action: "decline" });
    expect(await outcomeOf(asking.stream)).toMatchObject({ result: { action: "decline" } });
    expect(await productsOf(asking)).toBe(0);
  });

  it("takes a client's error to a person's question for no agreement", async () => {
    const asking = await ask("confirm");
    await respond(asking, asking.ids[ELICIT]!, null, { code: -32_603, message: "No window" });
    expect(await outcomeOf(asking.stream)).toMatchObject({ id: 42, result: { action: "cancel" } });
    expect(await productsOf(asking)).toBe(0);
  });

  it("ends in an error where nothing stands for an answer", async () => {
    const asking = await ask("two_questions");
    await asking.stream.until("message", 2);
    await respond(asking, idsOf(asking.stream)["sampling/createMessage"]!, null, { code: -1, message: "No model" });
    const error = await outcomeOf(asking.stream);
    expect(error).toMatchObject({ id: 42, error: { data: { code: "CONFLICT", details: { method: "sampling/createMessage" } } } });
    expect(JSON.stringify(error)).toContain("No model");
  });

  it("waits for all the answers, over an eviction between them", async () => {
    const asking = await ask("two_questions");
    await asking.stream.until("message", 2);
    const ids = idsOf(asking.stream);
    await respond(asking, ids[ELICIT]!, ACCEPT);
    await evict(asking.organization);
    await pause();
    expect(asking.stream.of("end")).toEqual([]);
    await respond(asking, ids["sampling/createMessage"]!, { role: "assistant" });
    expect(await outcomeOf(asking.stream)).toMatchObject({ result: { responses: { elicitation: ACCEPT, sampling: { role: "assistant" } } } });
  });

  it("shows its question again to a client that comes back", async () => {
    const { caller, call_id, session_id, stream } = await ask("confirm");
    stream.close();
    const again = await caller.followed({ kind: "call", call_id, session_id, after: 0 });
    await again.until("message");
    expect(messagesOf(again)).toEqual(messagesOf(stream));
  });

  it("may ask again, each time under another id, ten times at most", async () => {
    const asking = await ask("asks_again");
    const seen = new Set<string>();
    for (let round = 1; round <= 10; round++) {
      await asking.stream.until("message", round);
      const id = String(messagesOf(asking.stream).at(-1)!.id);
      seen.add(id);
      await respond(asking, id, ACCEPT);
    }
    expect(seen.size).toBe(10);
    expect(await outcomeOf(asking.stream)).toMatchObject({ id: 42, error: { data: { code: "CONFLICT", details: { limit: 10 } } } });
  });

  it("may go on to wait for work", async () => {
    const asking = await ask("confirmed_work");
    await respond(asking, asking.ids[ELICIT]!, ACCEPT);
    await move(asking.organization, await subjectOf(asking.organization, asking.call_id), { progress: 10, done: true });
    expect(await outcomeOf(asking.stream)).toMatchObject({ id: 42, result: { progress: 10 } });
  });

  it("ignores what answers no open question of its session", async () => {
    const asking = await ask("confirm");
    const { caller, call_id } = asking;
    const other = { caller, session_id: await caller.open() };
    await respond(other, asking.ids[ELICIT]!, ACCEPT);
    for (const id of [
      `${call_id}.2.ok`,
      `${call_id}.1.other`,
      `${call_id}.1.__proto__`,
      `${call_id}.1.constructor`,
      "1",
      "mcall_01jd0000000000000000000000.1.ok",
    ])
      expect((await respond(asking, id, ACCEPT)).reply).toEqual({ kind: "done" });
    expect(await productsOf(asking)).toBe(0);
    await respond(asking, asking.ids[ELICIT]!, ACCEPT);
    await asking.stream.until("end");
    expect(await productsOf(asking)).toBe(1);
  });

  it("is cancelled: a late answer changes nothing", async () => {
    const asking = await ask("confirm");
    await asking.caller.send({ type: "cancel", session_id: asking.session_id, id: 42 });
    await asking.stream.until("end");
    await respond(asking, asking.ids[ELICIT]!, ACCEPT);
    expect(await productsOf(asking)).toBe(0);
    expect(messagesOf(asking.stream)).toHaveLength(1);
  });

  it("gives up after ten minutes, and says so", async () => {
    const asking = await ask("confirm");
    const [{ left }] = (await sql(asking.organization, "SELECT expires_at - created_at AS left FROM mcp_calls")) as [{ left: number }];
    expect(left).toBe(600_000);
    await sql(asking.organization, "UPDATE mcp_calls SET expires_at = 1");
    await runJob(asking.organization, "mcp.call", asking.call_id);
    expect(await outcomeOf(asking.stream)).toMatchObject({ id: 42, error: { data: { code: "GONE", details: { asked: ["ok"] } } } });
    await respond(asking, asking.ids[ELICIT]!, ACCEPT);
    expect(await productsOf(asking)).toBe(0);
  });

  it("does not run for a key that was revoked meanwhile, and says why before its stream closes", async () => {
    const key: { id?: string } = {};
    const asking = await ask("confirm", async (organization) => {
      const made = await makeKey(organization);
      key.id = made.id;
      return made.caller;
    });
    await send("DELETE", `/api/v1/api-keys/${key.id}`, { key: asking.organization.api_key });
    await asking.stream.untilClosed();
    expect(messagesOf(asking.stream).at(-1)).toMatchObject({ id: 42, error: { data: { code: "UNAUTHENTICATED" } } });
    expect((await respond(asking, asking.ids[ELICIT]!, ACCEPT)).failure).toMatchObject({ code: "UNAUTHENTICATED" });
    expect(await productsOf(asking)).toBe(0);
  });

  it("does not run with a scope that was lost meanwhile", async () => {
    const key: { id?: string } = {};
    const asking = await ask("confirm", async (organization) => {
      const made = await makeKey(organization);
      key.id = made.id;
      return made.caller;
    });
    await send("PATCH", `/api/v1/api-keys/${key.id}`, { key: asking.organization.api_key, body: { scopes: ["products:read"] } });
    await respond(asking, asking.ids[ELICIT]!, ACCEPT);
    expect(await outcomeOf(asking.stream)).toMatchObject({
      id: 42,
      error: { data: { code: "FORBIDDEN", details: { required_scope: "products:write" } } },
    });
  });

  it("takes answers of so much length together, and ends clearly with more", async () => {
    const asking = await ask("confirm");
    await respond(asking, asking.ids[ELICIT]!, { ...ACCEPT, content: { text: "x".repeat(200_000) } });
    expect(await outcomeOf(asking.stream)).toMatchObject({ id: 42, error: { data: { code: "PAYLOAD_TOO_LARGE" } } });
    expect(await productsOf(asking)).toBe(0);
  });

  it("keeps a request and answers of such a length in any script", async () => {
    const { caller, session_id } = await ask("confirm");
    const call_id = await caller.call({ name: "two_questions", padding: "字".repeat(199_000) }, { session_id });
    const stream = await caller.followed({ kind: "call", call_id, session_id, after: 0 });
    await stream.until("message", 2);
    const ids = idsOf(stream);
    await respond({ caller, session_id }, ids[ELICIT]!, { ...ACCEPT, content: { text: "字".repeat(198_000) } });
    await respond({ caller, session_id }, ids["sampling/createMessage"]!, { role: "assistant" });
    expect(await outcomeOf(stream)).toMatchObject({ result: { responses: { sampling: { role: "assistant" } } } });
  });

  it("is refused where its request is too long to be kept", async () => {
    const { caller, session_id } = await ask("confirm");
    const refused = await caller.request("tools/call", { name: "confirm", padding: "x".repeat(200_000) }, { session_id });
    expect(errorOf(refused)).toMatchObject({ data: { code: "PAYLOAD_TOO_LARGE" } });
  });

  it("without a session is answered with its questions, and asks nothing by itself", async () => {
    const { caller, organization } = await ask("confirm");
    const asked = await caller.request("tools/call", { name: "confirm" }, { client: STATELESS });
    expect(asked.reply).toMatchObject({ kind: "input_required", requests: { ok: { method: ELICIT } }, state: "asked" });
    const answered = await caller.request("tools/call", { name: "confirm" }, { input: { responses: { ok: ACCEPT }, state: "asked" } });
    expect(answered.reply).toMatchObject({ kind: "result", result: { action: "accept" } });
    expect(await sql(organization, "SELECT count(*) AS n FROM mcp_calls")).toEqual([{ n: 1 }]);
  });
});
