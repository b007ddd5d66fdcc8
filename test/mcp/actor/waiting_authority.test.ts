import { describe, expect, it } from "vitest";
import { createOrganization, send } from "../../support/api.ts";
import { WORK } from "./begun.ts";
import { evict, makeKey, messagesOf, move, outcomeOf, saidBy, sql, subjectOf, until } from "./support.ts";
import { useTestTools } from "./test_tools.ts";

useTestTools();

describe("the authority of a call that waits", () => {
  async function beginWith(input: Record<string, unknown>) {
    const organization = await createOrganization();
    const key = await makeKey(organization, input);
    const session_id = await key.caller.open();
    const call_id = await key.caller.call(WORK, { id: 7, session_id, progress_token: "p" });
    const begun = { organization, caller: key.caller, session_id, call_id };
    const stream = await key.caller.followed({ kind: "call", call_id, session_id, after: 0 });
    await stream.until("message");
    return { ...begun, key, stream };
  }

  it.each([
    ["awake", false],
    ["asleep", true],
  ])("ends with the key: it says so and closes, the actor being %s", async (_state, asleep) => {
    const { organization, key, stream } = await beginWith({});
    if (asleep) await evict(organization);
    await send("DELETE", `/api/v1/api-keys/${key.id}`, { key: organization.api_key });
    await stream.untilClosed();
    expect(messagesOf(stream).at(-1)).toMatchObject({ id: 7, error: { data: { code: "UNAUTHENTICATED" } } });
    expect(await sql(organization, "SELECT status FROM mcp_calls")).toEqual([{ status: "done" }]);
  });

  it("ends with the scope that its work needs", async () => {
    const { organization, key, stream } = await beginWith({});
    await send("PATCH", `/api/v1/api-keys/${key.id}`, { key: organization.api_key, body: { scopes: ["exports:read"] } });
    expect(await outcomeOf(stream)).toMatchObject({ id: 7, error: { data: { code: "FORBIDDEN" } } });
  });

  it("ends with the live actor's word in a sandbox, at its next step", async () => {
    const organization = await createOrganization();
    const key = await makeKey(organization, { environment: "test" });
    const call_id = await key.caller.call(WORK, { id: 7, progress_token: "p" });
    const sandbox = { id: `${organization.id}.test` };
    const product_id = await subjectOf({ ...organization, ...sandbox }, call_id);
    await send("DELETE", `/api/v1/api-keys/${key.id}`, { key: organization.api_key });
    const { body } = await send<{ key: string }>("POST", "/api/v1/api-keys", {
      key: organization.api_key,
      body: { name: "Mover", scopes: ["products:write"], environment: "test" },
    });
    await move({ ...organization, api_key: body.key }, product_id, { progress: 10, done: true });
    await until(async () => (await sql(sandbox, "SELECT status FROM mcp_calls"))[0]!.status === "done");
    expect((await saidBy(sandbox, call_id)).at(-1)).toMatchObject({ id: 7, error: { data: { code: "UNAUTHENTICATED" } } });
  });
});
