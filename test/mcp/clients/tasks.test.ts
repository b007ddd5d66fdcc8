// The tasks extension, as a client that knows it uses it: the library does not yet, so these are its requests as they are written.
import { beforeEach, describe, expect, it } from "vitest";
import { createOrganization, send, type TestOrganization } from "../../support/api.ts";
import { evict, runJob, sql } from "../actor/support.ts";
import { modern, modernHeaders, modernMessage, openSession, post, type RpcBody } from "../http/support.ts";
import { V2_STATELESS } from "./lines.ts";
import { advanceExports, EXPORT, exportsOf, holdExports, makeKey, releaseExports, until } from "./support.ts";

const TASKS = { extensions: { "io.modelcontextprotocol/tasks": {} } };

interface Task {
  resultType: string;
  taskId: string;
  status: string;
  statusMessage?: string;
  createdAt: string;
  lastUpdatedAt: string;
  ttlMs: number;
  pollIntervalMs: number;
  result?: { structuredContent: { status: string; id: string; error?: { code: string } }; isError?: boolean };
  error?: { code: number; message: string };
}

let organization: TestOrganization;
let key: string;
beforeEach(async () => {
  organization = await createOrganization();
  key = organization.api_key;
  await holdExports(organization);
});

async function ask(method: string, params: Record<string, unknown>, as = key): Promise<RpcBody> {
  const headers = modernHeaders(method, String(params.taskId ?? params.name));
  return (await post(modernMessage(method, params, TASKS), { key: as, headers })).body;
}

const begin = async (as = key): Promise<Task> =>
  (await ask("tools/call", { name: "exports_create", arguments: EXPORT }, as)).result as unknown as Task;
const get = async ({ taskId }: Pick<Task, "taskId">): Promise<Task> => (await ask("tasks/get", { taskId })).result as unknown as Task;
/** So that what is said is not told too soon after what was said before. */
const ended = (task: Task): Promise<Task> =>
  until(async () => {
    const now = await get(task);
    return now.status === "working" ? null : now;
  });

describe("an export as a task", () => {
  it("is answered at once, says how it is, and in the end has what the call would have answered", async () => {
    const task = await begin();
    expect(task).toMatchObject({ resultType: "task", status: "working", statusMessage: "Waiting for its turn" });
    expect(task.pollIntervalMs).toBeGreaterThan(0);
    expect(task.ttlMs).toBeGreaterThan(0);
    expect(Date.parse(task.createdAt)).not.toBeNaN();
    expect(task.result).toBeUndefined();
    await advanceExports(organization, 3, 10);
    expect(await get(task)).toMatchObject({ resultType: "complete", taskId: task.taskId, status: "working", statusMessage: "3 of 10 rows written" });
    await releaseExports(organization);
    const done = await ended(task);
    expect(done).toMatchObject({ status: "completed", result: { structuredContent: { status: "succeeded" } } });
    expect(done.lastUpdatedAt >= done.createdAt).toBe(true);
    expect(await get(task)).toEqual(done);
    expect(await exportsOf(organization)).toMatchObject([{ id: done.result!.structuredContent.id }]);
  });

  it("goes on through evictions, whoever asks for it", async () => {
    const task = await begin();
    await evict(organization);
    expect(await get(task)).toMatchObject({ status: "working" });
    await evict(organization);
    await releaseExports(organization);
    await evict(organization);
    expect(await ended(task)).toMatchObject({ status: "completed", result: { structuredContent: { status: "succeeded" } } });
  });

  it.each([
    ["awake", false],
    ["asleep", true],
  ])("is cancelled with its work, the actor being %s; cancelling what is over changes nothing", async (_state, asleep) => {
    const task = await begin();
    if (asleep) await evict(organization);
    expect((await ask("tasks/cancel", { taskId: task.taskId })).result).toMatchObject({ resultType: "complete" });
    expect(await get(task)).toMatchObject({ status: "cancelled" });
    expect(await exportsOf(organization)).toMatchObject([{ status: "cancelled" }]);
    await ask("tasks/cancel", { taskId: task.taskId });
    await releaseExports(organization);
    expect(await get(task)).toMatchObject({ status: "cancelled" });
    const other = await begin();
    const done = await ended(other);
    await ask("tasks/cancel", { taskId: other.taskId });
    expect(await get(other)).toEqual(done);
  });

  it("ends with the work when somebody cancels that, over another protocol", async () => {
    const task = await begin();
    const [started] = await exportsOf(organization);
    await send("POST", `/api/v1/exports/${started!.id}/cancel`, { key });
    expect(await ended(task)).toMatchObject({ status: "completed", result: { isError: true, structuredContent: { error: { code: "CONFLICT" } } } });
  });

  it("is forgotten when its time is over", async () => {
    const task = await begin();
    await releaseExports(organization);
    await ended(task);
    await sql(organization, "UPDATE mcp_calls SET expires_at = 1");
    await runJob(organization, "mcp.call", task.taskId);
    expect((await ask("tasks/get", { taskId: task.taskId })).error).toMatchObject({ code: -32_602 });
    expect(await exportsOf(organization)).toMatchObject([{ status: "succeeded" }]);
  });

  it("fails with its key: whoever is let in no more gets nothing more made", async () => {
    const made = await makeKey(organization);
    const task = await begin(made.key);
    await send("DELETE", `/api/v1/api-keys/${made.id}`, { key });
    await until(async () => (await sql(organization, "SELECT status FROM mcp_calls WHERE id = ?", task.taskId))[0]!.status === "done");
    expect((await ask("tasks/get", { taskId: task.taskId }, made.key)).error!.data).toMatchObject({ code: "UNAUTHENTICATED" });
    expect((await ask("tasks/get", { taskId: task.taskId })).error).toMatchObject({ code: -32_602 });
  });
});

describe("a task", () => {
  it("is for who declares the extension, with that very request", async () => {
    const task = await begin();
    const undeclared = await modern("tasks/get", { taskId: task.taskId }, { key });
    expect(undeclared.body.error).toMatchObject({ code: -32_021, data: { requiredCapabilities: TASKS } });
    const client = await V2_STATELESS.connect({ key });
    expect(await client.call("exports_create", EXPORT)).toMatchObject({ structuredContent: { status: "queued" } });
    await client.end();
  });

  it("is nothing that a session knows", async () => {
    const task = await begin();
    const session = await openSession(key, undefined, { capabilities: TASKS });
    expect((await session.request("tasks/get", { taskId: task.taskId })).body.error).toMatchObject({ code: -32_601 });
    const called = await session.request("tools/call", { name: "exports_create", arguments: EXPORT });
    expect(called.body.result).toMatchObject({ structuredContent: { status: "queued" } });
  });

  it("is not made of what ends at once", async () => {
    const { result } = await ask("tools/call", { name: "products_list", arguments: {} });
    expect(result).toMatchObject({ resultType: "complete", structuredContent: { data: [] } });
  });

  it.each([undefined, 7, "", "mcall_none", "x".repeat(10_000)])("of the name %s there is none", async (taskId) => {
    const { error } = await ask("tasks/get", { taskId });
    expect(error).toMatchObject({ code: expect.any(Number) });
    expect(error!.code).not.toBe(-32_603);
  });
});
