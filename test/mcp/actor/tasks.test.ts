import { describe, expect, it } from "vitest";
import type { McpAnswer } from "../../../src/domain/mcp/command.ts";
import { createOrganization, send, type TestOrganization } from "../../support/api.ts";
import { CLIENT, errorOf, McpCaller, resultOf, STATELESS, WITH_TASKS } from "./caller.ts";
import { evict, makeKey, move, runJob, sql, subjectOf, until } from "./support.ts";
import { useTestTools } from "./test_tools.ts";

useTestTools();

interface Task {
  organization: TestOrganization;
  caller: McpCaller;
  created: Record<string, unknown>;
  taskId: string;
  product_id: string;
}

async function start(): Promise<Task> {
  const organization = await createOrganization();
  const caller = new McpCaller(organization.api_key);
  const created = resultOf(await caller.request("tools/call", { name: "work" }, { client: WITH_TASKS }));
  const taskId = String(created.taskId);
  return { organization, caller, created, taskId, product_id: await subjectOf(organization, taskId) };
}

const ask = (caller: McpCaller, method: string, params: Record<string, unknown>, client = WITH_TASKS): Promise<McpAnswer> =>
  caller.request(method, params, { client });
const get = async ({ caller, taskId }: Task): Promise<Record<string, unknown>> => resultOf(await ask(caller, "tasks/get", { taskId }));
const finish = async (task: Task): Promise<void> => {
  await move(task.organization, task.product_id, { progress: 10, done: true });
  await until(async () => (await get(task)).status !== "working");
};

describe("a task", () => {
  it("is what a client gets instead of a result that takes its time, if it declared the extension", async () => {
    const task = await start();
    expect(task.created).toEqual({
      resultType: "task",
      taskId: expect.stringMatching(/^mcall_/),
      status: "working",
      statusMessage: "0 of 10",
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      lastUpdatedAt: expect.stringMatching(/^\d{4}-.*Z$/),
      ttlMs: 86_400_000,
      pollIntervalMs: 2_000,
    });
    expect(await get(task)).toEqual({ ...task.created, resultType: "complete" });
  });

  it("is nothing that a client gets that did not, nor a session", async () => {
    const { caller } = await start();
    expect(resultOf(await caller.request("tools/call", { name: "work" }, { client: STATELESS }))).toHaveProperty("subject");
    const session_id = await caller.open({ ...CLIENT, capabilities: WITH_TASKS.capabilities });
    expect(resultOf(await caller.request("tools/call", { name: "work" }, { session_id }))).toHaveProperty("subject");
    expect(errorOf(await caller.request("tasks/get", { taskId: "x" }, { session_id }))).toMatchObject({ code: -32_601 });
  });

  it("says how far it is, and in the end its result, also after an eviction", async () => {
    const task = await start();
    await sql(task.organization, "UPDATE mcp_calls SET progress = json_set(progress, '$.at_ms', 0)");
    await move(task.organization, task.product_id, { progress: 6 });
    await until(async () => (await get(task)).statusMessage === "6 of 10");
    await evict(task.organization);
    await finish(task);
    const done = await get(task);
    expect(done).toMatchObject({ resultType: "complete", status: "completed", result: { progress: 10 } });
    expect(done).not.toHaveProperty("statusMessage");
    expect(Number(done.ttlMs)).toBeLessThan(86_400_000);
  });

  it("is failed where its work ends in an error of the protocol", async () => {
    const task = await start();
    await send("DELETE", `/api/v1/products/${task.product_id}`, { key: task.organization.api_key });
    await until(async () => (await get(task)).status !== "working");
    expect(await get(task)).toMatchObject({
      status: "failed",
      statusMessage: expect.stringContaining("No such product"),
      error: { code: -32_000, data: { code: "NOT_FOUND" } },
    });
  });

  it("is cancelled with its work, and says so", async () => {
    const task = await start();
    expect(resultOf(await ask(task.caller, "tasks/cancel", { taskId: task.taskId }))).toEqual({ resultType: "complete" });
    expect(await get(task)).toMatchObject({ status: "cancelled" });
    expect((await send("GET", `/api/v1/products/${task.product_id}`, { key: task.organization.api_key })).status).toBe(404);
  });

  it("that is over stays as it is when it is cancelled", async () => {
    const task = await start();
    await finish(task);
    expect(resultOf(await ask(task.caller, "tasks/cancel", { taskId: task.taskId }))).toEqual({ resultType: "complete" });
    expect(await get(task)).toMatchObject({ status: "completed" });
  });

  it("asks nothing: answers to it are acknowledged and mean nothing", async () => {
    const task = await start();
    expect(resultOf(await ask(task.caller, "tasks/update", { taskId: task.taskId, inputResponses: { any: {} } }))).toEqual({
      resultType: "complete",
    });
    expect(errorOf(await ask(task.caller, "tasks/update", { taskId: task.taskId }))).toMatchObject({ code: -32_602 });
    expect(await get(task)).toMatchObject({ status: "working" });
  });

  it("is its owner's alone: to others it is as one that never was", async () => {
    const task = await start();
    const never = errorOf(await ask(task.caller, "tasks/get", { taskId: "mcall_01jd0000000000000000000000" }));
    expect(never).toMatchObject({ code: -32_602 });
    const strangers = [(await makeKey(task.organization)).caller, new McpCaller((await createOrganization()).api_key)];
    for (const stranger of strangers)
      for (const method of ["tasks/get", "tasks/update", "tasks/cancel"])
        expect(errorOf(await ask(stranger, method, { taskId: task.taskId, inputResponses: {} }))).toEqual(never);
    expect(await get(task)).toMatchObject({ status: "working" });
    expect(errorOf(await ask(task.caller, "tasks/get", {}))).toMatchObject({ code: -32_602 });
  });

  it("needs the extension declared with each request", async () => {
    const task = await start();
    for (const method of ["tasks/get", "tasks/update", "tasks/cancel"])
      expect(errorOf(await ask(task.caller, method, { taskId: task.taskId }, STATELESS))).toMatchObject({
        code: -32_021,
        data: { requiredCapabilities: { extensions: { "io.modelcontextprotocol/tasks": {} } } },
      });
  });

  it("is no stream", async () => {
    const task = await start();
    expect(await task.caller.follow({ kind: "call", call_id: task.taskId, session_id: null, after: 0 })).toMatchObject({
      failure: { code: "NOT_FOUND" },
    });
  });

  it("is forgotten an hour after its end", async () => {
    const task = await start();
    await finish(task);
    expect(await sql(task.organization, "SELECT expires_at - updated_at AS kept FROM mcp_calls")).toEqual([{ kept: 3_600_000 }]);
    await sql(task.organization, "UPDATE mcp_calls SET expires_at = 1");
    await runJob(task.organization, "mcp.call", task.taskId);
    expect(errorOf(await ask(task.caller, "tasks/get", { taskId: task.taskId }))).toMatchObject({ code: -32_602 });
  });
});
